import type { JWT } from "@auth/core/jwt"
import type { ResolvedConfig } from "../../config/resolve-config.js"
import { type KeptClaims, keepClaims } from "./kept-claims.js"
import { isSigned } from "./signed.js"
import { createTokenCache, type TokenCache } from "./token-cache.js"
import { type DecodedToken, decodeToken, encodeToken, readClaims } from "./token-codec.js"

/** Seals and opens the tokens of one cookie. Ours answers at once, others may take their time. */
export interface SessionCodec {
  seal(token: JWT, maxAge: number): string | Promise<string>
  open(sealed: string): DecodedToken | Promise<DecodedToken>
  /** The everyday claims of a token that was opened before; it may have expired since. */
  recall(sealed: string): KeptClaims | undefined
}

const codecs = new WeakMap<ResolvedConfig, Map<string, SessionCodec>>()

/** The codec of a session cookie: encrypted as Auth.js does, `signed()`, or the user's `jwt.encode` and `jwt.decode`. */
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
  const cache = session.cache === false ? undefined : createTokenCache(session.cache)
  const ours: SessionCodec = {
    seal: (token, maxAge) => encodeToken(token, { secrets, salt, maxAge }),
    open: (sealed) => openCached(sealed, cache, () => decodeToken(sealed, { secrets, salt })),
    recall: (sealed) => cache?.claims(sealed),
  }
  if (isSigned(jwt)) {
    const { seal, open } = jwt.codec
    return { ...ours, seal, open: (sealed) => openCached(sealed, cache, () => open(sealed)) }
  }
  const secret = typeof config.jwtSecret === "string" ? config.jwtSecret : [...config.jwtSecret]
  return {
    seal: encode ? async (token, maxAge) => encode({ token, salt, maxAge, secret }) : ours.seal,
    open: decode ? (sealed) => openWith(decode, { token: sealed, salt, secret }, config) : ours.open,
    recall: decode ? () => undefined : ours.recall,
  }
}

/** What was decrypted before is only parsed and its times are checked again. */
function openCached<Opened extends DecodedToken | Promise<DecodedToken>>(
  sealed: string,
  cache: TokenCache | undefined,
  open: () => Opened,
): DecodedToken | Opened {
  const plaintext = cache?.get(sealed)
  if (plaintext !== undefined) return readClaims(plaintext)
  const opened = open()
  if (!cache) return opened
  if (opened instanceof Promise) void opened.then((decoded) => keep(cache, sealed, decoded))
  else keep(cache, sealed, opened)
  return opened
}

function keep(cache: TokenCache, sealed: string, decoded: DecodedToken): void {
  if (decoded.status === "valid") cache.set(sealed, decoded.plaintext, keepClaims(decoded.payload))
}

type Decode = NonNullable<ResolvedConfig["jwt"]["decode"]>

/**
 * A `decode` that throws cannot tell forgery from outage, so its token counts as unknown: nobody is signed in by it, and
 * its cookie stays.
 */
async function openWith(
  decode: Decode,
  params: Parameters<Decode>[0],
  { logger }: ResolvedConfig,
): Promise<DecodedToken> {
  try {
    const payload = await decode(params)
    return isClaims(payload)
      ? { status: "valid", payload, plaintext: JSON.stringify(payload) }
      : { status: "invalid" }
  } catch (error) {
    logger.debug("jwt.decode threw", error)
    return { status: "unknown-key" }
  }
}

/** JWT libraries return texts too, where a text was signed: nobody's session. */
function isClaims(payload: unknown): payload is JWT {
  return typeof payload === "object" && payload !== null && !Array.isArray(payload)
}
