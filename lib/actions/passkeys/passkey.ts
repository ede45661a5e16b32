import type { AdapterUser } from "@auth/core/adapters"
import { AdapterError } from "@auth/core/errors"
import type { ResolvedProvider } from "../../config/resolve-providers.js"
import { ExpressAuthError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import type { Body } from "../../http/read-body.js"
import type { PasskeyCall } from "../../passkeys/passkey-call.js"
import { readSession } from "../../session/get-session.js"
import { identifySession } from "../../session/identify-session.js"

/** Creates the error of a request about passkeys. */
export function passkeyError(status: number, message: string): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_PASSKEY", message, { status })
}

/** @throws {ExpressAuthError} `ERR_AUTH_UNKNOWN_PROVIDER` (404) */
export function requirePasskeyProvider({ id, type }: ResolvedProvider): void {
  if (type === "webauthn") return
  const message = `Provider "${id}" is of the type "${type}", and knows no passkeys.`
  throw new ExpressAuthError("ERR_AUTH_UNKNOWN_PROVIDER", message, { status: 404 })
}

/**
 * Returns the signed-in user who gets a new passkey; `undefined` for an anonymous request.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PASSKEY` (403) where the database has no such user
 * @throws {AdapterError} where it cannot be asked
 */
export async function toPasskeyUser({ req, config }: AuthContext): Promise<PasskeyCall["linkTo"]> {
  const reading = await readSession(req, config)
  if (!reading.session) return
  const id = identifySession(reading)?.userId
  const user = id === undefined ? null : await findUser(config, id)
  if (id === undefined || !user)
    throw passkeyError(403, "The signed-in user is not in the database: a passkey has nothing to belong to.")
  return { id, email: user.email ?? user.name ?? id, name: user.name ?? null }
}

/** Core does not see this call, so its failure is named as core names those of its own. */
async function findUser({ adapter }: AuthContext["config"], id: string): Promise<AdapterUser | null> {
  try {
    return (await adapter?.getUser?.(id)) ?? null
  } catch (error) {
    const cause = { err: error instanceof Error ? error : new Error(String(error)) }
    throw new AdapterError("The user could not be read", { cause })
  }
}

/** What a page posts of a passkey. */
export interface PasskeyAnswer {
  readonly action: PasskeyCall["action"]
  /** The credential as core reads it: JSON. */
  readonly data: string
  /** What was signed, as the browser says. */
  readonly challenge: string
}

/**
 * Reads a passkey's answer as far as core and `@simplewebauthn/server` take its form for granted.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PASSKEY` (400)
 */
export function readPasskeyAnswer({ action, data }: Body): PasskeyAnswer {
  if (action !== "authenticate" && action !== "register")
    throw passkeyError(400, 'The field "action" must be "authenticate" or "register".')
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

/** An object, or its JSON. */
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
  return passkeyError(400, 'The field "data" must be a WebAuthn credential as JSON.')
}
