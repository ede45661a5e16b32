import type { Adapter } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { DeviceSession } from "../stores/adapter-extras.js"
import { isImpossibleValue, isOutsideCharset } from "../stores/is-impossible-value.js"
import { hideToken, hidingTokens } from "./hide-token.js"

type Config = Pick<ResolvedConfig, "adapter" | "session">
type FoundRow = Awaited<ReturnType<NonNullable<Adapter["getSessionAndUser"]>>>

/**
 * Finds a session's row and its user by the token in a cookie, which may be any text.
 *
 * @returns `null` if no row has or can have this token
 * @throws whatever the adapter throws, without the token
 */
export function findRow(token: string, config: Config): Promise<FoundRow> {
  return isSealedSession(token, config.session) ? Promise.resolve(null) : readRow(token, config)
}

async function readRow(token: string, { adapter }: Pick<Config, "adapter">): Promise<FoundRow> {
  try {
    return (await adapter?.getSessionAndUser?.(token)) ?? null
  } catch (error) {
    if (isImpossibleToken(token, error)) return null
    hideToken(error, token)
    throw error
  }
}

/**
 * Updates a session's row.
 *
 * @throws whatever the adapter throws, without the token
 */
export async function updateRow(
  changes: Partial<DeviceSession> & Pick<DeviceSession, "sessionToken">,
  { adapter }: Pick<Config, "adapter">,
): Promise<void> {
  await hidingTokens(changes, (row) => adapter?.updateSession?.(row))
}

/**
 * Deletes a session's row. Some adapters throw if the row does not exist; that counts as success.
 *
 * @returns the deleted row, if the adapter returns it; `null` if there was none
 * @throws whatever `deleteSession` throws while the row may still exist, without the token
 */
export async function deleteRow(token: string, { adapter }: Pick<Config, "adapter">): Promise<DeletedRow> {
  const deadline = Date.now() + patience
  try {
    return (await adapter?.deleteSession?.(token)) ?? null
  } catch (error) {
    if (isImpossibleToken(token, error)) return null
    hideToken(error, token)
    if (Date.now() > deadline || (await readRow(token, { adapter }))) throw error
    return null
  }
}

type DeletedRow = Awaited<ReturnType<NonNullable<Adapter["deleteSession"]>>> | null

/**
 * Milliseconds in which an adapter reports that a row does not exist. A slower failure means that the database does not
 * respond: asking it again would double the visitor's wait.
 */
const patience = 1000

/** Compact JWE and JWS (RFC 7516 and RFC 7515), whose headers are JSON objects. */
const sealed = /^eyJ[\w-]*\.(?:[\w-]*\.[\w-]+\.)?[\w-]+\.[\w-]+$/

/**
 * Whether a token is a session of the JWT strategy, which a browser still holds after a switch to database sessions.
 * Only an app's own tokens can look the same.
 */
function isSealedSession(token: string, { generateSessionToken }: Config["session"]): boolean {
  return generateSessionToken === undefined && token.startsWith("eyJ") && sealed.test(token)
}

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const notAscii = /[\u0080-\uffff]/

/** Every type of column holds a UUID, so an error about one says nothing about the token. */
function isImpossibleToken(token: string, error: unknown): boolean {
  if (uuid.test(token)) return false
  return isImpossibleValue(error) || (notAscii.test(token) && isOutsideCharset(error))
}
