import { browser } from "./browser.js"
import { type AuthClientResult, type AuthServer, type Fields, toParams, toResult } from "./server.js"

/** Options of `signInWithPasskey()` and `registerPasskey()`. */
export interface PasskeyOptions {
  /** The id of the provider. @default "passkey" */
  provider?: string
  /** Where to go afterwards: a path or URL of the app. @default the page */
  redirectTo?: string
  /** `false` stays on the page and returns the result. @default true */
  redirect?: boolean
  /** Other fields of the form: `remember`, or the `email` of a new user. */
  [field: string]: unknown
}

/** Options of `signInWithPasskey()`. */
export interface PasskeySignInOptions extends PasskeyOptions {
  /**
   * Offers passkeys in the suggestions of an `<input autocomplete="username webauthn">` instead of opening the
   * browser's dialogue. The promise settles when the user chooses one, or starts another attempt.
   *
   * @default false
   */
  autofill?: boolean
}

/** Milliseconds after which autofill requests a new challenge, before the server drops the old one. */
const RENEWAL = 600_000

let attempt: AbortController | undefined

/** Runs a ceremony: requests the options, asks the device, posts its response. One is under way at a time. */
export async function runPasskey(
  server: AuthServer,
  action: "get" | "create",
  { provider = "passkey", autofill, ...given }: Fields,
): Promise<AuthClientResult> {
  attempt?.abort()
  const own = new AbortController()
  attempt = own
  const fields = { ...given, action: action === "get" ? "authenticate" : "register" }
  if (!(await isSupported(autofill))) return toFailure("unsupported")
  const answer = await server.send(`webauthn-options/${provider}?${toParams(fields)}`)
  if (!answer.ok) return toResult(answer)
  const timer = autofill ? setTimeout(() => own.abort(RENEWAL), RENEWAL) : undefined
  try {
    const publicKey = toPublicKey(answer.body.options)
    const mediation = autofill ? "conditional" : "optional"
    const credential = await browser.navigator.credentials[action]({
      publicKey,
      signal: own.signal,
      mediation,
    })
    return server.post(`callback/${provider}`, { ...fields, data: JSON.stringify(credential) })
  } catch (error) {
    if (own.signal.reason === RENEWAL) return runPasskey(server, action, { provider, autofill, ...given })
    const { name } = error as Error
    return toFailure(/^(?:Abort|NotAllowed)/.test(name) ? "cancelled" : name)
  } finally {
    clearTimeout(timer)
  }
}

/** The server uses SimpleWebAuthn 9, which sends the user's id as text. */
function toPublicKey(options: { readonly user?: { readonly id: string } }): object {
  const { user } = options
  const { PublicKeyCredential } = browser
  if (!user) return PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({
    ...options,
    user: { ...user, id: "" },
  })
  publicKey.user.id = new TextEncoder().encode(user.id)
  return publicKey
}

/** Whether the browser converts options and responses from and to JSON (Safari since 18.4), and fills in passkeys. */
async function isSupported(autofill: unknown): Promise<boolean> {
  const { PublicKeyCredential: api } = browser
  return !!api?.parseRequestOptionsFromJSON && (!autofill || api.isConditionalMediationAvailable())
}

function toFailure(error: string): AuthClientResult {
  return { ok: false, status: 0, url: null, error }
}
