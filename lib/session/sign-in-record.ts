import type { AdapterSession } from "@auth/core/adapters"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { Cookie } from "../http/cookies.js"
import type { AdapterExtras, DeviceSession } from "../stores/adapter-extras.js"
import { tenantClaim } from "./codec/tenant-claim.js"
import { type ProviderSession, readProviderSession } from "./provider-session.js"
import type { SignInFacts, SignInRecord } from "./session-claims.js"
import type { SessionContext } from "./session-reading.js"
import { openSignIn, sealSignIn } from "./sign-in-cookie.js"
import { withDevice } from "./with-device.js"

/** The record of a sign-in that happens now. */
export function recordSignIn(
  { methods, providerSession, remembered }: SignInFacts,
  config: Pick<ResolvedConfig, "tenant">,
): SignInRecord {
  const tenant = tenantClaim(config)
  return {
    ...{ begunAt: new Date(), methods, remembered: remembered !== false },
    ...(providerSession && { providerSession }),
    ...(tenant !== undefined && { tenant }),
  }
}

/** The form in which a row or a sealed cookie keeps it. */
export function toSignInText({ begunAt, remembered, ...others }: SignInRecord): string {
  return JSON.stringify({ time: begunAt.getTime(), ...others, ...(!remembered && { remembered }) })
}

/** @returns `undefined` for any other text */
export function readSignInText(text: unknown): SignInRecord | undefined {
  const { time, methods, remembered, providerSession, tenant } = parseObject(text)
  if (typeof time !== "number" || !Array.isArray(methods)) return
  return {
    begunAt: new Date(time),
    methods: methods.filter((method) => typeof method === "string"),
    remembered: remembered !== false,
    ...(readProviderSession(providerSession) && { providerSession: providerSession as ProviderSession }),
    ...(typeof tenant === "string" && { tenant }),
  }
}

function parseObject(text: unknown): Record<string, unknown> {
  if (typeof text !== "string") return {}
  try {
    return { ...JSON.parse(text) }
  } catch {
    return {}
  }
}

/** A session that was just begun. */
export interface BegunSession {
  /** Belongs beside the session's cookie, where the row does not keep the sign-in. */
  companion?: Cookie | undefined
}

/** Creates the row of a session, with the sign-in in it where the adapter keeps that, else in a cookie beside the session's. */
export async function createSessionRow(
  context: SessionContext,
  row: AdapterSession,
  { record, create }: { record: SignInRecord; create: (row: DeviceSession) => unknown },
): Promise<BegunSession> {
  const extras = context.config.adapter as Partial<AdapterExtras> | undefined
  const isKept = (await extras?.keepsSignIn?.()) === true
  const signIn = toSignInText(record)
  await create({ ...withDevice(row, context), ...(isKept && { signIn }) })
  return isKept
    ? {}
    : { companion: sealSignIn(context, row, { text: signIn, remembered: record.remembered }) }
}

/**
 * Finds what is known of the sign-in of a session: in its row, else in the cookie beside the session's.
 *
 * @returns a function that looks when it is first called; it returns `undefined` where nothing is known
 */
export function findSignIn(context: SessionContext, row: DeviceSession): () => SignInRecord | undefined {
  let found: { readonly record: SignInRecord | undefined } | undefined
  return () => {
    found ??= { record: readSignInText(row.signIn ?? openSignIn(context, row.sessionToken)) }
    return found.record
  }
}
