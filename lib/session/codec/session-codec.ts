import { createHash } from "node:crypto"
import type { JWT } from "@auth/core/jwt"
import { perSource } from "../../config/process-memory.js"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { type KeptClaims, keepClaims } from "./kept-claims.js"
import { isSigned, type SignedJwt } from "./signed.js"
import { requireTenant, tenantClaim, withTenant } from "./tenant-claim.js"
import { createTokenCache, type TokenCache } from "./token-cache.js"
import { type DecodedToken, decodeToken, encodeToken, readClaims } from "./token-codec.js"

/** Encodes and decodes the tokens of one cookie. The built-in codec is synchronous, others may return promises. */
export interface SessionCodec {
  /** Encodes claims. `maxAge` is in seconds. */
  seal(token: JWT, maxAge: number): string | Promise<string>
  /** Decodes and verifies a token, or reads it from the cache and checks its times again. */
  open(sealed: string): DecodedToken | Promise<DecodedToken>
  /** Returns the cached claims of a token decoded before. The caller checks whether it has expired. */
  recall(sealed: string): KeptClaims | undefined
}

const codecs = new WeakMap<ResolvedConfig, Map<string, SessionCodec>>()

/**
 * Returns the codec of a session cookie: encrypted as in Auth.js, `signed()`, or the app's `jwt.encode` and
 * `jwt.decode`.
 */
export function sessionCodecOf(config: ResolvedConfig, cookieName: string): SessionCodec {
  const known = codecs.get(config)?.get(cookieName)
  if (known) return known
  const byName = codecs.get(config) ?? new Map<string, SessionCodec>()
  const codec = createSessionCodec(config, cookieName)
  codecs.set(config, byName.set(cookieName, codec))
  return codec
}

function createSessionCodec(config: ResolvedConfig, salt: string): SessionCodec {
  const { jwt, secrets, session } = config
  const { encode, decode } = jwt
  const cache = session.cache === false ? undefined : openedTokens(config)
  const scope = scopeOf(config, salt)
  const ours: SessionCodec = {
    seal: (token, maxAge) => encodeToken(token, { secrets, salt, maxAge }),
    open: (sealed) => openCached(sealed, { cache, scope }, () => decodeToken(sealed, { secrets, salt })),
    recall: (sealed) => cache?.claims(sealed, scope),
  }
  if (isSigned(jwt)) {
    const { seal, open } = jwt.codec
    const verify = async (sealed: string) => requireTenant(await open(sealed), config)
    return {
      ...ours,
      seal: (token, maxAge) => seal(withTenant(token, config), maxAge),
      open: (sealed) => openCached(sealed, { cache, scope }, () => verify(sealed)),
    }
  }
  const secret = typeof config.jwtSecret === "string" ? config.jwtSecret : [...config.jwtSecret]
  return {
    seal: encode
      ? async (token, maxAge) => encode({ token: withTenant(token, config), salt, maxAge, secret })
      : ours.seal,
    open: decode ? (sealed) => openWith(decode, { token: sealed, salt, secret }, config) : ours.open,
    recall: decode ? () => undefined : ours.recall,
  }
}

/**
 * One cache for all configurations of a source. They may have different keys, so each finds only tokens of its own
 * scope.
 */
const openedTokens = perSource(({ session }: ResolvedConfig) => createTokenCache(session.cache || undefined))

const signers = new WeakMap<SignedJwt["codec"], number>()
let lastSigner = 0

/** Returns a name for the configuration's keys. */
function scopeOf(config: ResolvedConfig, salt: string): string {
  const { jwt, secrets } = config
  if (!isSigned(jwt))
    return createHash("sha256")
      .update(JSON.stringify([salt, ...secrets]))
      .digest("base64url")
  const signer = signers.get(jwt.codec) ?? ++lastSigner
  signers.set(jwt.codec, signer)
  return `signer ${signer} ${tenantClaim(config)}`
}

interface ScopedCache {
  readonly cache: TokenCache | undefined
  readonly scope: string
}

/** A cached token is only parsed, and its times are checked again. */
function openCached<Opened extends DecodedToken | Promise<DecodedToken>>(
  sealed: string,
  { cache, scope }: ScopedCache,
  open: () => Opened,
): DecodedToken | Opened {
  const plaintext = cache?.get(sealed, scope)
  if (plaintext !== undefined) return readClaims(plaintext)
  const opened = open()
  if (!cache) return opened
  const keep = (decoded: DecodedToken) => {
    if (decoded.status !== "valid") return
    cache.set(sealed, decoded.plaintext, { claims: keepClaims(decoded.payload), scope })
  }
  if (opened instanceof Promise) void opened.then(keep)
  else keep(opened)
  return opened
}

type Decode = NonNullable<ResolvedConfig["jwt"]["decode"]>

/**
 * A `decode` that throws cannot tell forgery from outage, so its token counts as unknown: the request is anonymous, and
 * the cookie stays.
 */
async function openWith(
  decode: Decode,
  params: Parameters<Decode>[0],
  config: ResolvedConfig,
): Promise<DecodedToken> {
  try {
    const payload = await decode(params)
    if (!isClaims(payload)) return { status: "invalid" }
    return requireTenant({ status: "valid", payload, plaintext: JSON.stringify(payload) }, config)
  } catch (error) {
    config.logger.debug("jwt.decode threw; the request is anonymous", error)
    return { status: "unknown-key" }
  }
}

/** JWT libraries also return strings, if a string was signed; those are not sessions. */
function isClaims(payload: unknown): payload is JWT {
  return typeof payload === "object" && payload !== null && !Array.isArray(payload)
}
