/**
 * A Passport strategy, as far as it is used here: an instance that `passport.use()` takes.
 *
 * @see https://www.passportjs.org/concepts/authentication/strategies/
 */
export interface PassportStrategy {
  readonly name?: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: strategies declare their own request and options
  authenticate(req: any, options?: any): unknown
}
