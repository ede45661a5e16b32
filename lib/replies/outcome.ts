/**
 * What `signIn()`, `signOut()`, `linkAccount()` and `unlinkAccount()` return with `redirect: false`, instead of
 * responding to the request. Cookies are set on the response in either case.
 */
export interface AuthResult {
  /** Whether it has succeeded so far. With a provider, the sign-in continues at `url`. */
  readonly ok: boolean
  /** 200, or the HTTP status of the failure. */
  readonly status: number
  /**
   * The URL to send the browser to: the provider, the destination or, after a failure, the page that explains it.
   * `null` if no page would help.
   */
  readonly url: string | null
  /** The type of the failure: `"CredentialsSignin"`, `"SessionRequired"`, `"RateLimited"`, … */
  readonly error?: string
  /** Details, e.g. the `code` of a `CredentialsSignin`. */
  readonly code?: string
  /** For developers: why the request was refused, and how to fix it. */
  readonly detail?: string
  /** Seconds until the next attempt is allowed, after too many. */
  readonly retryAfter?: number
}

const outcomes = new WeakMap<Response, AuthResult>()

/** Attaches the outcome to a response, for a caller that does not send it. */
export function withOutcome(response: Response, outcome: AuthResult): Response {
  outcomes.set(response, outcome)
  return response
}

/** Returns the outcome of a response; without one of its own, its status. */
export function outcomeOf(response: Response): AuthResult {
  const { ok, status } = response
  return outcomes.get(response) ?? { ok, status, url: null }
}
