import { findNameFields } from "../config/credentials-fields.js"
import { warnOnce } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import { RateLimitError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import type { Body } from "../http/read-body.js"
import { type Bucket, giveBackAll, takeAll } from "../limits/bucket.js"
import { clientAddress, clientSite } from "../limits/client-address.js"
import { foldName } from "../limits/fold-identifier.js"
import { formFields } from "../providers/form-fields.js"
import { toFailure } from "../replies/failure.js"

type Context = Pick<AuthContext, "req" | "config">

/**
 * Runs a sign-in attempt with credentials or a passkey, unless too many have failed. An attempt is counted before it
 * runs, so that concurrent attempts cannot exceed the limit. A successful attempt is refunded, and resets nothing:
 * another account can have a name that folds to the same spelling, and its owner must not clear the failures of this
 * one.
 *
 * @throws {RateLimitError} before the attempt runs, the same for names that exist and names that do not
 */
export async function limitTries<Value>(attempt: SignInAttempt, run: () => Promise<Value>): Promise<Value> {
  const { context } = attempt
  const buckets = bucketsOf(attempt)
  await requireRoom(buckets, context)
  try {
    const value = await run()
    await giveBackAll(buckets, context.config)
    return value
  } catch (error) {
    if (isOurFault(error)) await giveBackAll(buckets, context.config)
    throw error
  }
}

/**
 * Counts a request for a mail.
 *
 * @throws {RateLimitError}
 */
export async function limitMailRequests(context: Context): Promise<void> {
  await requireRoom(clientBuckets(context.req), context)
}

/**
 * Returns the buckets that count an attempt. The narrowest comes first, because it sets how long to wait. A refused
 * attempt is counted in none, so repeating one name exhausts neither the name's limit for other clients nor that of a
 * shared address.
 */
function bucketsOf({ context, provider, body }: SignInAttempt): Bucket[] {
  const fields = formFields(provider)
  if (!fields && provider.type !== "webauthn") return []
  const client = clientAddress(context.req)
  const names = fields ? namesIn(body, fields) : []
  const id = provider.id
  return [
    ...names.map((name): Bucket => ({ name: "nameFromClient", of: [id, name, client] })),
    ...clientBuckets(context.req),
    ...names.map((name): Bucket => ({ name: "name", of: [id, name] })),
  ]
}

/** How many times the limit of one IPv6 network applies to its /48, which can hold many customers, or only an attacker. */
const networksPerSite = 10

function clientBuckets(req: Context["req"]): Bucket[] {
  const site = clientSite(req)
  const own: Bucket = { name: "client", of: [clientAddress(req)] }
  return site ? [own, { name: "client", of: [site], times: networksPerSite }] : [own]
}

/** Longer names count as one name: folding them would cost too much time. */
const maxNameLength = 1000

/** Returns the names to count, from every field that may hold one: `authorize` may read any of them. */
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

/** Whether an attempt failed for our own reasons, such as an unreachable database, rather than a wrong guess. */
function isOurFault(error: unknown): boolean {
  return toFailure(error).status === 503
}

/** Warns once of a proxy that Express was not told about: all visitors would share one limit. */
function warnOfProxy(req: Context["req"], config: ResolvedConfig): void {
  if (!req.headers["x-forwarded-for"] || req.ip !== req.socket.remoteAddress) return
  warnOnce(config, {
    code: "limit-proxy",
    message:
      "Too many failed sign-ins from one address, which says that it forwards others'. If it is your proxy, tell Express, " +
      'app.set("trust proxy", …): as it is, all visitors share one limit.',
  })
}
