import type { SessionReading } from "./session-reading.js"
import { signInProofOf } from "./sign-in-proof.js"
import type { ActiveSession } from "./to-session.js"

/** Makes what extends it put its private member into an object that is there already. */
class Given {
  constructor(session: ActiveSession) {
    // biome-ignore lint/correctness/noConstructorReturn: a WeakMap costs four times as much, with every request
    return session
  }
}

/** Keeps with a session the reading it came from, out of everybody's sight. */
class Origin extends Given {
  readonly #reading: SessionReading

  constructor(session: ActiveSession, reading: SessionReading) {
    super(session)
    this.#reading = reading
  }

  static of(session: object): SessionReading | undefined {
    return #reading in session ? session.#reading : undefined
  }
}

type Name = "authTime" | "methods"

/**
 * A member that is read from the token when somebody asks, and not before. It is in no JSON and no copy, so that a session
 * is to everybody else what it is with Auth.js; whoever assigns to it has a member of their own.
 */
function lazily(name: Name, read: (reading: SessionReading) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: false,
    get() {
      const reading = Origin.of(this)
      return reading && read(reading)
    },
    set(value: unknown) {
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true })
    },
  }
}

const authTime = lazily("authTime", (reading) => {
  const time = signInProofOf(reading)?.time
  return time?.getTime() ? time : undefined
})
const methods = lazily("methods", (reading) => signInProofOf(reading)?.methods)

/** Lets a session say when and how its person signed in; members of these names that a callback put there stay. */
export function exposeSignIn(reading: SessionReading): void {
  const { session } = reading
  if (!session || Origin.of(session)) return
  new Origin(session, reading)
  if (!Object.hasOwn(session, "authTime")) Object.defineProperty(session, "authTime", authTime)
  if (!Object.hasOwn(session, "methods")) Object.defineProperty(session, "methods", methods)
}
