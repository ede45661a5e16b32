import { expect } from "chai"
import { signed } from "express-authjs"
import type { ExpressAuthConfig } from "../../lib/config/options.js"
import { rejectUnknownOptions } from "../../lib/config/reject-unknown-options.js"
import { configErrorOf } from "../support/config-error.js"
import { recordingLogger } from "../support/recording-logger.js"

const { logger: quiet } = recordingLogger()

function reject(options: Record<string, unknown>): string {
  return configErrorOf(() => rejectUnknownOptions(options as unknown as ExpressAuthConfig, quiet))
}

describe("rejectUnknownOptions", () => {
  it("names the option that was probably meant", () => {
    expect(reject({ provider: [] })).to.match(
      /^ERR_AUTH_UNKNOWN_OPTION: Unknown option "provider". Did you mean "providers"\?/,
    )
    expect(reject({ trusthost: true })).to.include('Did you mean "trustHost"?')
  })

  it("lists all options where none is near", () => {
    const message = reject({ flavour: "vanilla" })
    expect(message).to.include('Unknown option "flavour". Known options: adapter, audit,')
    expect(message).not.to.include("Did you mean")
  })

  it("looks into the options that are objects", () => {
    expect(reject({ callbacks: { signin: () => false } })).to.include(
      '"callbacks.signin". Did you mean "callbacks.signIn"?',
    )
    expect(reject({ pages: { login: "/login" } })).to.include("pages.signIn")
    expect(reject({ session: { maxage: 1 } })).to.include('Did you mean "session.maxAge"?')
    expect(reject({ events: { signedIn: () => {} } })).to.include('Did you mean "events.signIn"?')
    expect(reject({ cookies: { session: {} } })).to.include("cookies.sessionToken")
    expect(reject({ theme: { color: "#fff" } })).to.include('Unknown option "theme.color"')
    expect(reject({ theme: { brandcolor: "#fff" } })).to.include('Did you mean "theme.brandColor"?')
    expect(reject({ jwt: { encoded: () => "" } })).to.include('Did you mean "jwt.encode"?')
    expect(reject({ experimental: { enableWebauthn: true } })).to.include(
      'Did you mean "experimental.enableWebAuthn"?',
    )
    expect(reject({ cookies: { state: { option: {} } } })).to.include('Did you mean "cookies.state.options"?')
    expect(reject({ limits: { mail: { limits: 1, window: 1 } } })).to.include(
      'Did you mean "limits.mail.limit"?',
    )
  })

  it("answers names of earlier versions with their successors", () => {
    const successors: [option: Record<string, unknown>, successor: RegExp][] = [
      [{ database: "sqlite://" }, /"database"\. Use instead: `adapter`/],
      [{ site: "https://app.example" }, /Use instead: `url`, or AUTH_URL/],
      [{ session: { jwt: true } }, /"session\.jwt"\. Use instead: `session\.strategy`/],
      [{ jwt: { secret: "x" } }, /"jwt\.secret"\. Use instead: `secret`/],
      [{ jwt: { encryption: true } }, /sessions are always encrypted/],
      [{ jwt: { signingKey: "{}" } }, /Use instead: `jwt: signed\({ alg, key }\)`/],
      [{ events: { error: () => {} } }, /Use instead: `logger\.error`/],
      [{ baseUrl: "https://app.example" }, /Use instead: `url`/],
      [{ baseURL: "https://app.example" }, /Use instead: `url`/],
      [{ databaseUrl: "x" }, /Use instead: `adapter`/],
      [{ allowDangerousEmailAccountLinking: true }, /Use instead: the option of the provider/],
      [{ pages: { register: "/join" } }, /Use instead: `pages\.newUser`/],
      [{ session: { generateToken: () => "" } }, /Use instead: `session\.generateSessionToken`/],
      [{ experimental: { enableExperimental: true } }, /There is no such option any more; leave it out\./],
    ]
    for (const [option, successor] of successors) expect(reject(option)).to.match(successor)
    expect(reject({ theme: "dark" })).to.include('Write theme: { colorScheme: "dark" }.')
  })

  it("warns of what Next.js alone reads, and says what does its work", () => {
    const { logger, warnings } = recordingLogger()
    const options = { callbacks: { authorized: () => true } } as unknown as ExpressAuthConfig
    rejectUnknownOptions(options, logger)
    expect(warnings).to.have.lengthOf(1)
    expect(warnings[0]?.[0]).to.equal("next-only-option")
    expect(warnings[0]?.[1]).to.include("auth.requireAuth({ allow })")
  })

  it("takes what signed() returns", () => {
    const jwt = signed({ alg: "HS512", key: "k".repeat(64) })
    expect(() => rejectUnknownOptions({ providers: [], jwt }, quiet)).not.to.throw()
  })

  it("refuses a value that must be an object and is not", () => {
    expect(reject({ pages: "/login" })).to.equal(
      'ERR_AUTH_INVALID_OPTION: `pages` must be an object, not "/login".',
    )
    expect(reject({ callbacks: null })).to.include("`callbacks` must be an object")
  })

  it("accepts every documented option, and those left undefined", () => {
    const options = {
      callbacks: { signIn: () => true, jwt: undefined },
      cookies: { pkceCodeVerifier: {} },
      events: { linkAccount: () => {} },
      experimental: { enableWebAuthn: true },
      jwt: { maxAge: 60, encode: undefined },
      theme: { brandColor: "#123456", logo: "/logo.svg", colorScheme: "auto", buttonText: "#fff" },
      pages: { newUser: "/hello" },
      session: undefined,
      raw: undefined,
    }
    expect(() => rejectUnknownOptions(options as unknown as ExpressAuthConfig, quiet)).not.to.throw()
  })
})
