import type { SessionReading } from "./session-reading.js"
import { signInProofOf } from "./sign-in-proof.js"

/** Links a session to its reading through a non-enumerable property; a WeakMap costs four times as much. */
const source = Symbol("express-authjs.source")

function readingOf(session: object): SessionReading | undefined {
  return (session as { readonly [source]?: SessionReading })[source]
}

type LazyName = "authTime" | "methods"

/**
 * Defines a getter that reads the token on first use. It is non-enumerable, so JSON and copies of the session match
 * Auth.js. Assigning to it replaces it with an ordinary property.
 */
function defineLazy(name: LazyName, read: (reading: SessionReading) => unknown): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: false,
    get() {
      const reading = readingOf(this)
      return reading && read(reading)
    },
    set(value: unknown) {
      Object.defineProperty(this, name, { value, configurable: true, enumerable: true, writable: true })
    },
  }
}

const authTime = defineLazy("authTime", (reading) => {
  const time = signInProofOf(reading)?.time
  return time?.getTime() ? time : undefined
})
const methods = defineLazy("methods", (reading) => signInProofOf(reading)?.methods)

/** Adds `authTime` and `methods` to a session. Keeps properties of these names that a callback added. */
export function exposeSignIn(reading: SessionReading): void {
  const { session } = reading
  if (!session || readingOf(session)) return
  Object.defineProperty(session, source, { value: reading })
  if (!Object.hasOwn(session, "authTime")) Object.defineProperty(session, "authTime", authTime)
  if (!Object.hasOwn(session, "methods")) Object.defineProperty(session, "methods", methods)
}
