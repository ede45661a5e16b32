/** `ExpressAuth` refused a request of the browser, or could not be reached. */
export class AuthClientError extends Error {
  /** Always `"AuthClientError"`. */
  override readonly name = "AuthClientError"
  /**
   * A code of `express-authjs/errors`, such as `"ERR_AUTH_SESSION"`. `"ERR_AUTH_NETWORK"` if no response of
   * `ExpressAuth` arrived: the browser is offline, the server is down, or the base path is wrong.
   */
  readonly code: string
  /** The HTTP status; 0 if no response of `ExpressAuth` arrived. */
  readonly status: number

  constructor(code: string, status: number, message: string | undefined, options?: ErrorOptions) {
    super(message ?? code, options)
    this.code = code
    this.status = status
  }
}
