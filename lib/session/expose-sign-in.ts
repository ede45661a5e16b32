import type { SessionReading } from "./session-reading.js"
import { signInProofOf } from "./sign-in-proof.js"

/** Under which a session keeps the reading it came from, out of sight; a WeakMap costs four times as much. */
const origin = Symbol("express-authjs.origin")

function originOf(session: object): SessionReading | undefined {
  return (session as { readonly [origin]?: SessionReading })[origin]
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
      const reading = originOf(this)
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
  if (!session || originOf(session)) return
  Object.defineProperty(session, origin, { value: reading })
  if (!Object.hasOwn(session, "authTime")) Object.defineProperty(session, "authTime", authTime)
  if (!Object.hasOwn(session, "methods")) Object.defineProperty(session, "methods", methods)
}
