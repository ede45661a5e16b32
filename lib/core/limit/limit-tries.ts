import { findNameField } from "../../config/credentials-fields.js"
import { warnOnce } from "../../config/process-memory.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { providerId, providerSetting, type ResolvedProvider } from "../../config/resolve-providers.js"
import { RateLimitError } from "../../errors.js"
import type { AuthContext } from "../../http/auth-context.js"
import type { Body } from "../../http/read-body.js"
import { externalOf } from "../external-provider.js"
import { toFailure } from "../failure.js"
import { type Bucket, forget, giveBack, take } from "./bucket.js"
import { clientOf } from "./client-of.js"
import { foldIdentifier } from "./fold-identifier.js"

type Context = Pick<AuthContext, "req" | "config">

/** What somebody tries to sign in with. */
interface Try {
  readonly provider: ResolvedProvider
  readonly body?: Body | undefined
}

/**
 * Lets somebody try to sign in with credentials or a passkey, unless there were too many tries that failed. A try is
 * counted before it is made, so that of many at once no more are made than the limit says; one that succeeds does not count.
 *
 * @throws {RateLimitError} before the attempt, the same for names that exist and names that do not
 */
export async function limitTries<Value>(
  context: Context,
  tried: Try,
  attempt: () => Promise<Value>,
): Promise<Value> {
  const buckets = bucketsOf(context, tried)
  await takeAll(buckets, context)
  try {
    const value = await attempt()
    await settle(buckets, context.config)
    return value
  } catch (error) {
    if (isOurFault(error)) for (const bucket of buckets) await giveBack(bucket, context.config)
    throw error
  }
}

/**
 * Counts a mail that somebody asks for.
 *
 * @throws {RateLimitError}
 */
export async function limitMailRequests(context: Context): Promise<void> {
  await takeAll([{ name: "client", of: [clientOf(context.req)] }], context)
}

/**
 * The closest comes first, and who is refused there is counted nowhere else: somebody who goes on and on about one name
 * uses up neither what the name has from elsewhere nor what a whole office has.
 */
function bucketsOf({ req }: Context, { provider, body = {} }: Try): Bucket[] {
  const fields = formOf(provider)
  if (!fields && provider.type !== "webauthn") return []
  const client = clientOf(req)
  const ofClient: Bucket = { name: "client", of: [client] }
  const name = fields && nameIn(body, fields)
  if (name === undefined) return [ofClient]
  const id = providerId(provider)
  return [{ name: "nameFromClient", of: [id, name, client] }, ofClient, { name: "name", of: [id, name] }]
}

type Fields = Parameters<typeof findNameField>[0]

/** What is typed to sign in with credentials, or at an external provider such as a directory. */
function formOf(provider: ResolvedProvider): Fields | undefined {
  if (provider.type === "credentials") return Object(providerSetting(provider, "credentials")) as Fields
  return externalOf(provider)?.fields
}

/** Who somebody says they are; of a field that comes twice, as the first says. */
function nameIn(body: Body, fields: Fields): string | undefined {
  const field = findNameField(fields)
  const [typed] = field === undefined || !Object.hasOwn(body, field) ? [] : [body[field]].flat()
  const name = typeof typed === "string" ? foldIdentifier(typed.slice(0, 1000)) : ""
  return name === "" ? undefined : name
}

async function takeAll(buckets: readonly Bucket[], { req, config }: Context): Promise<void> {
  for (const bucket of buckets) {
    const { allowed, retryAfter } = await take(bucket, config)
    if (allowed) continue
    if (bucket.name === "client") warnOfProxy(req, config)
    throw new RateLimitError("There were too many tries. Try again later.", Math.ceil(retryAfter))
  }
}

/**
 * Who knows the password begins at none again. Not so what is counted of a name from anywhere: two accounts may have names
 * that are counted as one, and whoever has the one must not clear the way to the other.
 */
async function settle(buckets: readonly Bucket[], config: ResolvedConfig): Promise<void> {
  for (const bucket of buckets)
    await (bucket.name === "nameFromClient" ? forget(bucket, config) : giveBack(bucket, config))
}

/** The database was out of reach, say: nobody has guessed wrong. */
function isOurFault(error: unknown): boolean {
  return toFailure(error).status === 503
}

/** An app that does not know its proxy takes all its visitors for one. Said once. */
function warnOfProxy(req: Context["req"], config: ResolvedConfig): void {
  if (!req.headers["x-forwarded-for"] || req.ip !== req.socket.remoteAddress) return
  warnOnce(config, {
    code: "limit-proxy",
    message:
      "Too many failed sign-ins from one address, which says that it forwards others'. If it is your proxy, tell Express, " +
      'app.set("trust proxy", …): as it is, all visitors share one limit.',
  })
}
