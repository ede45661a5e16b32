import { findProvider } from "../config/find-provider.js"

import { createAttempt } from "../engine/sign-in-attempt.js"
import { ConfigError } from "../errors.js"
import { type AuthContext, toActionUrl } from "../http/auth-context.js"
import { requireOwnPost } from "../http/csrf.js"
import { readBody } from "../http/read-body.js"
import { type StrategyOutcome, StrategyRefusal } from "../providers/strategy-provider.js"
import { limitAttempt } from "./limit-attempt.js"
import { requirePlainCredentials } from "./require-plain-credentials.js"

type Checked = Extract<StrategyOutcome, { type: "success" | "refusal" }>

/**
 * Lets a strategy check a form, within the limits of sign-ins, without signing in.
 *
 * @throws {RateLimitError} after too many failed attempts
 * @throws {ExpressAuthError} `ERR_AUTH_CSRF`, `ERR_AUTH_BODY`, `ERR_AUTH_UNKNOWN_PROVIDER`
 * @throws {ConfigError} `ERR_AUTH_INVALID_OPTION` for a provider without a form
 */
export async function checkExternal(context: AuthContext, id: string): Promise<Checked> {
  const { req, config } = context
  await requireOwnPost(context)
  const provider = findProvider(context.config, id)
  const body = await readBody(req, config.bodyLimit)
  const attempt = createAttempt({ context, provider, body, destination: `${context.origin}/` })
  requirePlainCredentials(attempt)
  const callbackUrl = toActionUrl(context, `callback/${id}`)
  const step = { req, callbackUrl, body, query: {}, params: {}, hints: {}, session: {} }
  try {
    return await limitAttempt(attempt, async () => {
      const { strategy } = attempt
      const outcome = strategy?.fields && (await strategy.advance({ ...step, method: "POST" }))
      if (outcome?.type === "refusal") throw new StrategyRefusal("CredentialsSignin", outcome.message)
      if (outcome?.type === "success") return outcome
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
    `authenticate() takes a callback only for a strategy that reads a form and responds at once, and "${id}" does not.`,
  )
}
