import type { Request } from "express"

type Done = (error?: unknown) => void

/** What of express-session is used, where the app has it as well. */
export interface ServerSession {
  regenerate(done: Done): unknown
  save(done: Done): unknown
  /** Where Passport keeps who is signed in. */
  passport?: { user?: unknown }
}

/** The session of express-session, where the app has that as well. */
export function serverSessionOf(req: Request): ServerSession | undefined {
  const { session } = req as { session?: Partial<ServerSession> }
  const isServerSession = typeof session?.regenerate === "function" && typeof session.save === "function"
  return isServerSession ? (session as ServerSession) : undefined
}

/**
 * Gives express-session a new identifier, as Passport does at login and logout against session fixation. It is stored
 * before the promise settles, since a browser may follow a redirect faster than a store writes.
 *
 * @throws what the store threw
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
 * Takes who is signed in out of express-session, which goes on.
 *
 * @throws what the store threw; the session is then as it was
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

/** A function with a callback as a promise. */
function settled(act: (done: Done) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => (error ? reject(error) : resolve()))
  })
}
