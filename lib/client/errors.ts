/** `ExpressAuth` refused a request of the browser, or could not be reached. */
export class AuthClientError extends Error {
  /** Always `"AuthClientError"`. */
  override readonly name = "AuthClientError"
  /**
   * A code of `express-authjs/errors`, such as `"ERR_AUTH_CSRF"`. `"ERR_AUTH_NETWORK"` if the response is not one of
   * `ExpressAuth`: the browser is offline, the server is down or the base path is wrong, or the app's own error handler
   * responded, as it does with 503 if the session cannot be read.
   */
  readonly code: string
  /** The HTTP status; 0 if no response arrived, or a successful one that is not JSON. */
  readonly status: number

  constructor(code: string, status: number, message: string | undefined, options?: ErrorOptions) {
    super(message ?? code, options)
    this.code = code
    this.status = status
  }
}
