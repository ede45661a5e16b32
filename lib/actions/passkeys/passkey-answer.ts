import type { AdapterUser } from "@auth/core/adapters"
import { AdapterError } from "@auth/core/errors"
import type { ResolvedProvider } from "../../config/resolve-providers.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import type { Body } from "../../http/read-body.js"
import type { PasskeyCall } from "../../passkeys/passkey-call.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"

/** Creates the error that refuses a request about passkeys. */
export function passkeyRefusal(status: number, message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_PASSKEY", message, { status })
}

/**
 * Requires that a provider is a passkey provider.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_UNKNOWN_PROVIDER` (404)
 */
export function requirePasskeyProvider({ id, type }: ResolvedProvider): void {
  if (type === "webauthn") return
  const message = `Provider "${id}" has the type "${type}", which does not support passkeys; expected "webauthn".`
  throw new ExpressAuthError("ERR_AUTH_UNKNOWN_PROVIDER", message, { status: 404 })
}

/**
 * Returns the signed-in user to register a passkey for; `undefined` for an anonymous request.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PASSKEY` (403) if the user is not in the database
 * @throws {AdapterError} if the database fails
 */
export async function toPasskeyUser({ req, config }: AuthContext): Promise<PasskeyCall["linkTo"]> {
  const reading = await readSession(req, config)
  if (!reading.session) return
  const id = identifySession(reading)?.userId
  const user = id === undefined ? null : await findUser(config, id)
  if (id === undefined || !user)
    throw passkeyRefusal(403, "The signed-in user is not in the database, so no passkey can be registered.")
  return { id, email: user.email ?? user.name ?? id, name: user.name ?? null }
}

/** Wraps a failure as core does for its own calls of the adapter. */
async function findUser({ adapter }: AuthContext["config"], id: string): Promise<AdapterUser | null> {
  try {
    return (await adapter?.getUser?.(id)) ?? null
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("Could not read the user", { cause })
  }
}

/** The response of an authenticator, as a page posts it. */
export interface PasskeyAnswer {
  /** Whether the user signs in with the passkey or registers it. */
  readonly action: PasskeyCall["action"]
  /** The credential as JSON, for core. */
  readonly data: string
  /** The challenge in the browser's `clientDataJSON`; core verifies its signature. */
  readonly challenge: string
}

/**
 * Parses an authenticator's response, and checks the members that core and `@simplewebauthn/server` read unchecked.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PASSKEY` (400)
 */
export function readPasskeyAnswer({ action, data }: Body): PasskeyAnswer {
  if (action !== "authenticate" && action !== "register")
    throw passkeyRefusal(400, 'The field "action" must be "authenticate" or "register".')
  const credential = parseObject(data)
  const response = parseObject(credential.response)
  const { challenge } = parseObject(decode(response.clientDataJSON))
  if (typeof credential.id !== "string" || typeof challenge !== "string") throw malformed()
  const transports = [response.transports].flat().filter(isTransport)
  return { action, challenge, data: JSON.stringify({ ...credential, response: { ...response, transports } }) }
}

function isTransport(name: unknown): boolean {
  return typeof name === "string" && /^[a-z-]{1,20}$/.test(name)
}

function decode(text: unknown): string {
  return Buffer.from(typeof text === "string" ? text : "", "base64url").toString()
}

/** Returns an object, given as such or as JSON. */
function parseObject(value: unknown): Record<string, unknown> {
  const parsed = typeof value === "string" ? parseJson(value) : value
  if (typeof parsed !== "object" || parsed === null) throw malformed()
  return parsed as Record<string, unknown>
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed()
  }
}

function malformed(): ExpressAuthError {
  return passkeyRefusal(400, 'The field "data" must be a WebAuthn credential as JSON.')
}
