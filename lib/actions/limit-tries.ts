import { findNameFields } from "../config/credentials-fields.js"
import { warnOnce } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { ResolvedProvider } from "../config/resolve-providers.js"
import { RateLimitError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import { type Bucket, giveBackAll, takeAll } from "../limits/bucket.js"
import { clientAddress } from "../limits/client-address.js"
import { foldName } from "../limits/fold-identifier.js"
import { formFields } from "../providers/form-fields.js"
import { toFailure } from "../replies/failure.js"

type Context = Pick<AuthContext, "req" | "config">

/** What somebody tries to sign in with. */
interface Try {
  readonly provider: ResolvedProvider
  readonly body?: Body | undefined
}

/**
 * Runs a sign-in attempt with credentials or a passkey, unless too many have failed. An attempt is counted before it runs,
 * so that concurrent attempts cannot exceed the limit. A successful attempt is refunded, and resets nothing: another
 * account can have a name that folds to the same spelling, and its owner must not clear the failures of this one.
 *
 * @throws {RateLimitError} before the attempt, the same for names that exist and names that do not
 */
export async function limitTries<Value>(
  context: Context,
  tried: Try,
  attempt: () => Promise<Value>,
): Promise<Value> {
  const buckets = bucketsOf(context, tried)
  await requireRoom(buckets, context)
  try {
    const value = await attempt()
    await giveBackAll(buckets, context.config)
    return value
  } catch (error) {
    if (isOurFault(error)) await giveBackAll(buckets, context.config)
    throw error
  }
}

/**
 * Counts a mail that somebody asks for.
 *
 * @throws {RateLimitError}
 */
export async function limitMailRequests(context: Context): Promise<void> {
  await requireRoom([{ name: "client", of: [clientAddress(context.req)] }], context)
}

/**
 * The closest comes first: it says how long to wait. A refused try is counted nowhere, so trying one name on and on uses up
 * neither what the name has from elsewhere nor what a whole office has.
 */
function bucketsOf({ req }: Context, { provider, body = {} }: Try): Bucket[] {
  const fields = formFields(provider)
  if (!fields && provider.type !== "webauthn") return []
  const client = clientAddress(req)
  const names = fields ? namesIn(body, fields) : []
  const id = provider.id
  return [
    ...names.map((name): Bucket => ({ name: "nameFromClient", of: [id, name, client] })),
    { name: "client", of: [client] },
    ...names.map((name): Bucket => ({ name: "name", of: [id, name] })),
  ]
}

/** Longer names are all counted as one: they are not worth the time it takes to fold them. */
const maxNameLength = 1000

/** Who somebody says they are, in every field that may say it, as it is counted. `authorize` may look at any of them. */
function namesIn(body: Body, fields: Parameters<typeof findNameFields>[0]): string[] {
  const typed = findNameFields(fields)
    .flatMap((field) => (Object.hasOwn(body, field) ? body[field] : []))
    .map((value) => String(value ?? ""))
  return [...new Set(typed.filter((text) => text !== "").flatMap(toCounted))]
}

function toCounted(name: string): string[] {
  return name.length > maxNameLength ? ["\0"] : foldName(name)
}

async function requireRoom(buckets: readonly Bucket[], { req, config }: Context): Promise<void> {
  const refusal = await takeAll(buckets, config)
  if (!refusal) return
  if (refusal.bucket.name === "client") warnOfProxy(req, config)
  throw new RateLimitError("There were too many tries. Try again later.", Math.ceil(refusal.retryAfter))
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
