/**
 * The part of a Passport strategy that we use: an instance that `passport.use()` takes.
 *
 * @see https://www.passportjs.org/concepts/authentication/strategies/
 */
export interface PassportStrategy {
  /** The strategy's default name, e.g. "local". */
  readonly name?: string | undefined
  /** Authenticates a request. */
  // biome-ignore lint/suspicious/noExplicitAny: strategies declare their own request and options
  authenticate(req: any, options?: any): unknown
}
