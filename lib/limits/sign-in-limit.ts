import { warnOnce } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { RateLimitError } from "../errors.js"
import type { AuthContext } from "../http/auth-context.js"
import { clientNetworks } from "../http/client-address.js"
import { type Bucket, giveBackAll, takeAll } from "./bucket.js"
import { foldName } from "./fold-identifier.js"

type Context = Pick<AuthContext, "req" | "config">

/** What is counted of a sign-in attempt. */
export interface CountedAttempt {
  /** The provider's id. Each provider has limits of its own. */
  readonly provider: string
  /** The name that the visitor entered, from every field that may hold one; empty for a passkey. */
  readonly names: readonly string[]
  /** Whether an attempt failed for our own reasons, such as an unreachable database, rather than a wrong guess. */
  readonly isOurFault: (error: unknown) => boolean
}

/**
 * Runs a sign-in attempt with credentials or a passkey, unless too many have failed. An attempt is counted before it
 * runs, so that concurrent attempts cannot exceed the limit. A successful attempt is refunded, and resets nothing:
 * another account can have a name that folds to the same spelling, and its owner must not clear the failures of this
 * one.
 *
 * @throws {RateLimitError} before the attempt runs, the same for names that exist and names that do not
 */
export async function limitSignIns<Value>(
  context: Context,
  attempt: CountedAttempt,
  run: () => Promise<Value>,
): Promise<Value> {
  const buckets = bucketsOf(context, attempt)
  await requireRoom(buckets, context)
  try {
    const value = await run()
    await giveBackAll(buckets, context.config)
    return value
  } catch (error) {
    if (attempt.isOurFault(error)) await giveBackAll(buckets, context.config)
    throw error
  }
}

/**
 * Counts a request for a mail.
 *
 * @throws {RateLimitError}
 */
export async function limitMailRequests(context: Context): Promise<void> {
  await requireRoom(clientBuckets(clientNetworks(context.req)), context)
}

/**
 * Returns the buckets that count an attempt. The narrowest comes first, because it sets how long to wait. A refused
 * attempt is counted in none, so repeating one name exhausts neither the name's limit for other clients nor that of a
 * shared address.
 */
function bucketsOf({ req }: Context, { provider, names }: CountedAttempt): Bucket[] {
  const networks = clientNetworks(req)
  const [client] = networks
  const counted = [...new Set(names.flatMap(toCounted))]
  return [
    ...counted.map((name): Bucket => ({ name: "nameFromClient", of: [provider, name, client] })),
    ...clientBuckets(networks),
    ...counted.map((name): Bucket => ({ name: "name", of: [provider, name] })),
  ]
}

/** How many times the limit of one IPv6 network applies to its /48, which can hold many customers, or only an attacker. */
const networksPerSite = 10

function clientBuckets([client, site]: ReturnType<typeof clientNetworks>): Bucket[] {
  const own: Bucket = { name: "client", of: [client] }
  return site ? [own, { name: "client", of: [site], times: networksPerSite }] : [own]
}

/** Longer names count as one name: folding them would cost too much time. */
const maxNameLength = 1000

function toCounted(name: string): string[] {
  return name.length > maxNameLength ? ["\0"] : foldName(name)
}

async function requireRoom(buckets: readonly Bucket[], { req, config }: Context): Promise<void> {
  const refusal = await takeAll(buckets, config)
  if (!refusal) return
  if (refusal.bucket.name === "client") warnOfProxy(req, config)
  throw new RateLimitError("Too many attempts. Try again later.", Math.ceil(refusal.retryAfter))
}

/** Warns once of a proxy that Express was not told about: all visitors would share one limit. */
function warnOfProxy(req: Context["req"], config: ResolvedConfig): void {
  if (!req.headers["x-forwarded-for"] || req.ip !== req.socket.remoteAddress) return
  warnOnce(config, {
    code: "limit-proxy",
    message:
      "Too many failed sign-ins from one address, which sends X-Forwarded-For. If it is your proxy, tell Express: " +
      'app.set("trust proxy", …). Until then, all visitors share one limit.',
  })
}
