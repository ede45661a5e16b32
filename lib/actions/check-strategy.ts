import { findProvider } from "../config/find-provider.js"

import { ConfigError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { type StrategyOutcome, StrategyRefusal, strategyOf } from "../providers/strategy-provider.js"
import { limitTries } from "./limit-tries.js"
import { requirePlainCredentials } from "./require-plain-credentials.js"

type Checked = Extract<StrategyOutcome, { type: "success" | "refusal" }>

/**
 * Lets an external provider check what was typed, within the limits of sign-ins; nobody is signed in.
 *
 * @throws {RateLimitError}; {ExpressAuthError} `ERR_AUTH_CSRF`, `ERR_AUTH_BODY`, `ERR_AUTH_UNKNOWN_PROVIDER`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for a provider that reads no form
 */
export async function checkExternal(context: AuthContext, id: string): Promise<Checked> {
  const { req, config } = context
  await requireOwnPost(context)
  const provider = findProvider(context.config, id)
  const outside = strategyOf(provider)
  const body = await readBody(req, config.bodyLimit)
  requirePlainCredentials(provider, body)
  const callbackUrl = toActionUrl(context, `callback/${provider.id}`)
  const step = { req, callbackUrl, body, query: {}, params: {}, hints: {}, session: {} }
  try {
    return await limitTries(context, { provider, body }, async () => {
      const said = outside?.fields && (await outside.advance({ ...step, method: "POST" }))
      if (said?.type === "refusal") throw new StrategyRefusal("CredentialsSignin", said.message)
      if (said?.type === "success") return said
      throw readsNoForm(id)
    })
  } catch (error) {
    if (error instanceof StrategyRefusal) return { type: "refusal", message: error.shown }
    throw error
  }
}

function readsNoForm(id: string): ConfigError {
  return new ConfigError(
    "ERR_AUTH_INVALID_OPTION",
    `authenticate() takes a callback only for a strategy that reads a form and answers at once, which "${id}" does not.`,
  )
}
