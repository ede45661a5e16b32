import type { Reply } from "../support/internet.js"

/** The user that a provider's responses result in. Missing and `null` are the same. */
export interface ExpectedUser {
  /** `providerAccountId` */
  id: string
  name?: string
  email?: string
  image?: string
}

/** One Auth.js provider: the requests it must receive, and its documented responses. */
export interface ProviderCase {
  /** `AUTH_{PROVIDER}_ISSUER` */
  issuer?: string
  /** `AUTH_{PROVIDER}_KEY` */
  key?: string
  /** Options it needs beside its variables. */
  options?: Record<string, unknown>
  authorize: string
  /** @default "openid profile email" */
  scope?: string
  /** Beside `state`. @default ["pkce"] */
  checks?: readonly ("pkce" | "nonce")[]
  /** More parameters of the authorization request. */
  params?: Record<string, string>
  token: string
  /** How the client authenticates. @default "basic" */
  auth?: "basic" | "post" | "other"
  /** Members of the token response, merged over the usual ones. */
  tokens?: Record<string, unknown>
  /** Claims of the id_token beside `iss`, `aud`, `exp`, `nonce`. */
  claims?: { iss: string; sub: string } & Record<string, unknown>
  /** Of the id_token. @default "RS256" */
  alg?: "RS256" | "HS256"
  /** Comes back beside `code` and `state`. */
  callback?: Record<string, string>
  /** The provider posts its answer. */
  formPost?: true
  replies?: Record<string, Reply>
  user: ExpectedUser
}

export const accessToken = "the-access-token"

interface OpenIdCase extends Partial<Omit<ProviderCase, "claims">> {
  claims: { sub: string } & Record<string, unknown>
  /** The issuer in tokens and discovery, which is not always what the app is configured with. */
  iss: string
  /** Where the document is, if not below the issuer. */
  discovery?: string
  /** Members of the document to add; `undefined` leaves one out. */
  document?: Record<string, unknown>
}

/** An OpenID provider: discovery, and a user read from the id_token. */
export function openId({ iss, discovery, document, claims, ...rest }: OpenIdCase): ProviderCase {
  const base = iss.replace(/\/$/, "")
  const authorize = rest.authorize ?? `${base}/authorize`
  const token = rest.token ?? `${base}/token`
  const metadata = {
    issuer: iss,
    authorization_endpoint: authorize,
    token_endpoint: token,
    userinfo_endpoint: `${base}/userinfo`,
    jwks_uri: `${base}/jwks`,
    response_types_supported: ["code"],
    id_token_signing_alg_values_supported: [rest.alg ?? "RS256"],
    code_challenge_methods_supported: ["S256"],
    ...document,
  }
  const url = discovery ?? `${base}/.well-known/openid-configuration`
  return {
    ...rest,
    authorize,
    token,
    claims: { iss, ...claims },
    replies: { [`GET ${url}`]: metadata, ...rest.replies },
    user: rest.user ?? toUser(claims),
  }
}

function toUser({ sub, name, email, picture }: OpenIdCase["claims"]): ExpectedUser {
  const text = { name, email, image: picture }
  const given = Object.entries(text).filter(([, value]) => value !== undefined)
  return { id: sub, ...Object.fromEntries(given) }
}
