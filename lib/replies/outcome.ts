/**
 * What `signIn()`, `signOut()`, `linkAccount()` and `unlinkAccount()` return with `redirect: false`, instead of answering
 * the request. Their cookies are on the response all the same.
 */
export interface AuthResult {
  /** Whether it worked so far. At a provider, the sign-in goes on at `url`. */
  readonly ok: boolean
  /** The HTTP status that fits: 200, or that of the failure. */
  readonly status: number
  /**
   * Where the browser is to go: the provider, the destination, or, after a failure, the page that explains it. `null` where
   * no page would help.
   */
  readonly url: string | null
  /** What failed, in the words of Auth.js: `"CredentialsSignin"`, `"SessionRequired"`, `"RateLimited"`, … */
  readonly error?: string
  /** Says more, e.g. the `code` of a `CredentialsSignin`. */
  readonly code?: string
  /** For developers: why a request was refused, and what to do. */
  readonly detail?: string
  /** Seconds until there may be another try, where there were too many. */
  readonly retryAfter?: number
}

const outcomes = new WeakMap<Response, AuthResult>()

/** Says what a response amounts to, for a caller that does not send it. */
export function withOutcome(response: Response, outcome: AuthResult): Response {
  outcomes.set(response, outcome)
  return response
}

/** What a response amounts to. */
export function outcomeOf(response: Response): AuthResult {
  const { ok, status } = response
  return outcomes.get(response) ?? { ok, status, url: null }
}
