import {
  type AuthorizationServer,
  type Client,
  type ClientAuth,
  ClientSecretJwt,
  ClientSecretPost,
  modifyAssertion,
  None,
  PrivateKeyJwt,
} from "oauth4webapi"
import type { OAuthProvider } from "../config/resolve-providers.js"
import { ExpressAuthError } from "../errors.js"

type PrivateKey = Parameters<typeof PrivateKeyJwt>[0]

/** Returns the client that the app is at a provider, as core describes it. */
export function toClient(provider: OAuthProvider): Client {
  return { client_id: String(provider.clientId), ...provider.client }
}

/**
 * Returns how the app authenticates at a provider's token endpoint (RFC 6749, section 2.3): as core does at sign-in.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER` for an unknown method
 */
export function toClientAuth(
  provider: OAuthProvider,
  client: Client,
  { issuer, token_endpoint }: AuthorizationServer,
): ClientAuth {
  const secret = String(provider.clientSecret)
  switch (client.token_endpoint_auth_method) {
    case undefined:
    case "client_secret_basic":
      return clientSecretBasic(client.client_id, secret)
    case "client_secret_post":
      return ClientSecretPost(secret)
    case "client_secret_jwt":
      return ClientSecretJwt(secret)
    case "private_key_jwt":
      return PrivateKeyJwt(privateKeyOf(provider), {
        [modifyAssertion]: (_header, payload) =>
          void Object.assign(payload, { aud: [issuer, token_endpoint] }),
      })
    case "none":
      return None()
    default:
      throw unknownMethod(provider, client.token_endpoint_auth_method)
  }
}

function privateKeyOf({ token }: OAuthProvider): PrivateKey {
  return (typeof token === "object" ? token.clientPrivateKey : undefined) as PrivateKey
}

/** Encodes as core does, which leaves some characters alone that RFC 6749 encodes and that providers fail to decode. */
function clientSecretBasic(clientId: string, secret: string): ClientAuth {
  const credentials = [clientId, secret]
    .map((part) => encodeURIComponent(part).replaceAll("%20", "+"))
    .join(":")
  return (_server, _client, _body, headers) =>
    headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`)
}

function unknownMethod(provider: OAuthProvider, method: unknown): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_PROVIDER",
    `Provider "${provider.id}" has the client authentication method ${JSON.stringify(method)}, which is unknown.`,
  )
}
