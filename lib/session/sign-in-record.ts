import type { AdapterSession } from "@auth/core/adapters"
import { LRUCache } from "lru-cache"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { Cookie } from "../http/cookies.js"
import type { AdapterExtras, DeviceSession } from "../stores/adapter-extras.js"
import { tenantClaim } from "./codec/tenant-claim.js"
import { parseJsonObject } from "./codec/token-codec.js"
import { hidingTokens } from "./hide-token.js"
import { type ProviderSession, readProviderSession } from "./provider-session.js"
import type { SignInFacts, SignInRecord } from "./session-claims.js"
import type { SessionContext } from "./session-reading.js"
import { openSignIn, sealSignIn } from "./sign-in-cookie.js"
import { withDevice } from "./with-device.js"

/** Returns the record of a sign-in, which takes place now unless `authTime` says otherwise. */
export function recordSignIn(
  { methods, providerSession, remembered, authTime = new Date() }: SignInFacts,
  config: Pick<ResolvedConfig, "tenant">,
): SignInRecord {
  const tenant = tenantClaim(config)
  return { startedAt: authTime, methods, remembered: remembered !== false, providerSession, tenant }
}

/** Serialises a sign-in record for a row or a companion cookie. */
export function toSignInText({ startedAt, remembered, ...others }: SignInRecord): string {
  return JSON.stringify({ time: startedAt.getTime(), ...others, remembered: remembered ? undefined : false })
}

/**
 * Parses a serialised sign-in record.
 *
 * @returns `undefined` for any other value
 */
export function readSignInText(text: unknown): SignInRecord | undefined {
  const { time, methods, remembered, providerSession, tenant } =
    (typeof text === "string" && parseJsonObject(text)) || {}
  if (typeof time !== "number" || !Array.isArray(methods)) return
  return {
    startedAt: new Date(time),
    methods: methods.filter((method) => typeof method === "string"),
    remembered: remembered !== false,
    providerSession: readProviderSession(providerSession) ? (providerSession as ProviderSession) : undefined,
    tenant: typeof tenant === "string" ? tenant : undefined,
  }
}

/** A session row that was just created. */
export interface CreatedSession {
  /** The cookie to set beside the session's, if the row does not hold the sign-in record. */
  companion?: Cookie | undefined
}

/**
 * Creates a session row. The sign-in record goes into the row if the adapter stores it, else into a companion cookie.
 *
 * @param create inserts the row
 * @throws whatever `create` throws, without the token
 */
export async function createSessionRow(
  context: SessionContext,
  row: AdapterSession,
  { record, create }: { record: SignInRecord; create: (row: DeviceSession) => unknown },
): Promise<CreatedSession> {
  const extras = context.config.adapter as Partial<AdapterExtras> | undefined
  const isInRow = (await extras?.keepsSignIn?.()) === true
  const signIn = toSignInText(record)
  await hidingTokens({ ...withDevice(row, context), ...(isInRow && { signIn }) }, create)
  return isInRow
    ? {}
    : { companion: sealSignIn(context, row, { text: signIn, remembered: record.remembered }) }
}

/**
 * Returns a function that reads the sign-in record from the row, else from the companion cookie, on its first call. It
 * returns `undefined` if there is no record.
 */
export function findSignIn(context: SessionContext, row: DeviceSession): () => SignInRecord | undefined {
  let found: { readonly record: SignInRecord | undefined } | undefined
  return () => {
    found ??= { record: recallSignIn(row.signIn ?? openSignIn(context, row.sessionToken)) }
    return found.record
  }
}

/** Parsed records by their text, which every request reads. They are shared: what leaves lib/session is a copy. */
const records = new LRUCache<string, SignInRecord>({ max: 4000 })

function recallSignIn(text: string | null | undefined): SignInRecord | undefined {
  if (typeof text !== "string") return
  const parsed = records.get(text)
  if (parsed) return parsed
  const record = readSignInText(text)
  if (record) records.set(text, record)
  return record
}
