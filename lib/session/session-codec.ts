import type { JWT } from "@auth/core/jwt"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { type DecodedToken, decodeToken, encodeToken } from "./token-codec.js"

/**
 * Opens a session token: with the user's `jwt.decode` where there is one, else as Auth.js writes it.
 * A `decode` that throws cannot tell forgery from outage, so its token counts as unknown: nobody is signed in by it,
 * and its cookie stays.
 */
export async function decodeSession(
  token: string,
  salt: string,
  config: ResolvedConfig,
): Promise<DecodedToken> {
  const { decode } = config.jwt
  if (!decode) return decodeToken(token, { secrets: config.secrets, salt })
  const payload = await decodeWith(decode, { token, salt, secret: [...config.secrets] }, config)
  if (payload === undefined) return { status: "unknown-key" }
  return payload ? { status: "valid", payload, plaintext: JSON.stringify(payload) } : { status: "invalid" }
}

/** Seals a session token, with the user's `jwt.encode` where there is one. */
export async function encodeSession(token: JWT, salt: string, config: ResolvedConfig): Promise<string> {
  const maxAge = jwtMaxAge(config)
  const { encode } = config.jwt
  if (encode) return encode({ token, salt, maxAge, secret: [...config.secrets] })
  return encodeToken(token, { secrets: config.secrets, salt, maxAge })
}

export function jwtMaxAge({ jwt, session }: Pick<ResolvedConfig, "jwt" | "session">): number {
  return jwt.maxAge ?? session.maxAge
}

type Decode = NonNullable<ResolvedConfig["jwt"]["decode"]>

async function decodeWith(
  decode: Decode,
  params: Parameters<Decode>[0],
  { logger }: ResolvedConfig,
): Promise<JWT | null | undefined> {
  try {
    return await decode(params)
  } catch (error) {
    logger.debug("jwt.decode threw", error)
    return undefined
  }
}
