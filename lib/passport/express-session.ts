import type { Request } from "express"

type Done = (error?: unknown) => void

/** The part of an express-session session that we use. */
export interface ServerSession {
  regenerate(done: Done): unknown
  save(done: Done): unknown
  /** Where Passport stores the serialized user. */
  passport?: { user?: unknown }
}

/** Returns the express-session session of a request; `undefined` in apps without express-session. */
export function serverSessionOf(req: Request): ServerSession | undefined {
  const { session } = req as { session?: Partial<ServerSession> }
  const isServerSession = typeof session?.regenerate === "function" && typeof session.save === "function"
  return isServerSession ? (session as ServerSession) : undefined
}

/**
 * Regenerates the express-session identifier, as Passport does at login and logout to prevent session fixation. Waits
 * for the store, because a browser can follow a redirect before the store has written.
 *
 * @throws the store's error
 */
export async function renewServerSession(
  req: Request,
  { keepSessionInfo = false }: { keepSessionInfo?: boolean | undefined },
): Promise<void> {
  const former = serverSessionOf(req)
  if (!former) return
  delete former.passport
  await settled((done) => former.regenerate(done))
  const renewed = serverSessionOf(req)
  if (!renewed) return
  if (keepSessionInfo) Object.assign(renewed, former)
  await settled((done) => renewed.save(done))
}

/**
 * Removes Passport's user from the express-session session and keeps the rest of it.
 *
 * @throws the store's error; the session is unchanged then
 */
export async function forgetServerUser(req: Request): Promise<void> {
  const session = serverSessionOf(req)
  if (!session) return
  const { passport } = session
  delete session.passport
  try {
    await settled((done) => session.save(done))
  } catch (error) {
    if (passport) session.passport = passport
    throw error
  }
}

/** Converts a callback function to a promise. */
function settled(act: (done: Done) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => (error ? reject(error) : resolve()))
  })
}
