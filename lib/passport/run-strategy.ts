import { ExpressAuthError } from "../errors.js"
import type { StrategyStep } from "../providers/strategy-provider.js"
import type { PassportStrategy } from "./passport-strategy.js"
import { withoutServiceText } from "./service-error.js"
import { toStrategyRequest } from "./strategy-request.js"

/** The outcome of a strategy. */
export type StrategyOutcome =
  | { readonly type: "success"; readonly user: object; readonly info: unknown }
  | { readonly type: "redirect"; readonly url: string }
  | { readonly type: "page"; readonly html: string }
  | { readonly type: "refusal"; readonly message?: string | undefined }

/** A strategy and the options to run it with. */
export interface StrategyRun {
  readonly strategy: PassportStrategy
  /** The provider's options for `authenticate(req, options)`. */
  readonly options: object
  /** The strategy's `req.user`: the user that an account is being linked to. */
  readonly user?: unknown
  /** Milliseconds until the strategy is considered hung. @default 30000 */
  readonly patience?: number
}

/**
 * Runs a Passport strategy once, as `passport.authenticate()` does: the five actions are added to an object derived
 * from it.
 *
 * @throws the error that the strategy throws or passes to `error()`, without text from its service
 * @throws {ExpressAuthError} `ERR_AUTH_PROVIDER_UNAVAILABLE` (503) when the strategy reports no outcome in time
 */
export function runStrategy(step: StrategyStep, run: StrategyRun): Promise<StrategyOutcome> {
  const { strategy, options, patience = 30_000 } = run
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(tooSlow(strategy, patience)), patience)
    const settle = (outcome: StrategyOutcome) => {
      clearTimeout(late)
      resolve(outcome)
    }
    const fail = (error: unknown) => {
      clearTimeout(late)
      const answer = Object.values({ ...step.query, ...step.body })
      reject(withoutServiceText(error, { strategy: strategy.name ?? "(unnamed)", answer }))
    }
    const flashes: unknown[] = []
    const actions = {
      success: (user: unknown, info: unknown) => {
        if (!user) return settle(refusal(info, flashes))
        return isObject(user) ? settle({ type: "success", user, info }) : fail(noObject(strategy, user))
      },
      fail: (challenge: unknown) => settle(refusal(challenge, flashes)),
      redirect: (url: string | URL) => settle({ type: "redirect", url: String(url) }),
      pass: () => settle({ type: "refusal" }),
      error: (error: unknown) => (isSamlRefusal(error) ? settle({ type: "refusal" }) : fail(error)),
    }
    const req = toStrategyRequest(step, run.user, {
      flash: (message) => flashes.push(message),
      send: (html) => settle({ type: "page", html }),
    })
    const authenticateOptions = {
      ...unclaimed(step.hints, options),
      ...{ ...options, ...step.params, callbackURL: step.callbackUrl },
    }
    try {
      // The rejection of an async strategy would otherwise end the process.
      Promise.resolve(
        Object.assign(Object.create(strategy), actions).authenticate(req, authenticateOptions),
      ).catch(fail)
    } catch (error) {
      fail(error)
    }
  })
}

/** The visitor's hints that the app's options do not set, in either spelling: `login_hint` or `loginHint`. */
function unclaimed(hints: StrategyStep["hints"], options: object): object {
  const entries = Object.entries(hints)
  return Object.fromEntries(entries.filter(([name]) => !(name in options || toCamelCase(name) in options)))
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())
}

/** Takes the message of the verify function, otherwise the last one passed to `req.flash()`. */
function refusal(info: unknown, flashes: readonly unknown[]): StrategyOutcome {
  const texts = [info, ...flashes].map((one) => visitorMessage(one)).filter((text) => text !== undefined)
  return { type: "refusal", message: visitorMessage(info) ?? texts.at(-1) }
}

/**
 * Whether the user cancelled or was refused at a SAML provider, which passport-saml reports as an error (SAML 2.0 core,
 * 3.2.2.2).
 */
function isSamlRefusal(error: unknown): boolean {
  const status = isObject(error) && "xmlStatus" in error ? String(error.xmlStatus) : ""
  return /:status:(?:AuthnFailed|RequestDenied)"/.test(status)
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null
}

function noObject({ name }: PassportStrategy, user: unknown): TypeError {
  return new TypeError(
    `The verify function of strategy "${name}" passed ${typeof user} to done(); expected an object with the user's id.`,
  )
}

function tooSlow({ name = "(unnamed)" }: PassportStrategy, patience: number): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_PROVIDER_UNAVAILABLE",
    `The Passport strategy "${name}" called none of success, fail, redirect, pass and error within ${patience / 1000} s.`,
    { status: 503 },
  )
}

/** A challenge of an HTTP authentication scheme (RFC 9110, section 11.1), which is not meant for visitors. */
const challenge =
  /^(?:[\w!#$%&'*+.^`|~-]+ +[\w-]+ *=|(?:basic|bearer|digest|negotiate|ntlm|oauth|mutual|scram-\S+)$)/i

/**
 * Extracts the message for visitors from a strategy's `info`: a string, an object with `message` or `msg`, or an array
 * of these, as `done(null, false, info)` and `req.flash()` take them.
 *
 * @returns `undefined` when there is none, for a challenge such as `Basic realm="x"`, and for an `Error`, whose message
 * is not written for visitors
 */
function visitorMessage(info: unknown, depth = 0): string | undefined {
  if (typeof info === "string") return info === "" || challenge.test(info) ? undefined : info
  if (typeof info !== "object" || info === null || info instanceof Error || depth > 3) return
  if (!Array.isArray(info)) {
    const { message, msg } = info as { message?: unknown; msg?: unknown }
    return visitorMessage(message, depth + 1) ?? visitorMessage(msg, depth + 1)
  }
  const texts = info.map((one) => visitorMessage(one, depth + 1)).filter((text) => text !== undefined)
  return texts.length > 0 ? texts.join(" ") : undefined
}
