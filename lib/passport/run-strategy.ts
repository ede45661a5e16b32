import { ExpressAuthError } from "../errors.js"
import type { StrategyStep } from "../providers/strategy-provider.js"
import type { PassportStrategy } from "./passport-strategy.js"
import { saidText } from "./said-text.js"
import { withoutServiceText } from "./service-error.js"
import { toStrategyRequest } from "./strategy-request.js"

/** What a strategy came to. */
export type StrategyOutcome =
  | { readonly type: "success"; readonly user: object; readonly info: unknown }
  | { readonly type: "redirect"; readonly url: string }
  | { readonly type: "page"; readonly html: string }
  | { readonly type: "refusal"; readonly message?: string | undefined }

/** How a strategy is run. */
export interface StrategyRun {
  readonly strategy: PassportStrategy
  readonly options: object
  /** What the strategy sees as `req.user`: who an account is linked to. */
  readonly user?: unknown
  /** Milliseconds it has to come to something. @default 30000 */
  readonly patience?: number
}

/**
 * Runs a Passport strategy once, as `passport.authenticate()` does: the five actions are put on an object made of it.
 *
 * @throws what the strategy calls `error()` with, or throws, without the words of its service; {@link ExpressAuthError} `ERR_AUTH_PROVIDER_UNAVAILABLE` (503)
 * where it comes to nothing
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
      reject(withoutServiceText(error, { strategy: strategy.name ?? "of no name", answer }))
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
    const asked = {
      ...unclaimed(step.hints, options),
      ...{ ...options, ...step.params, callbackURL: step.callbackUrl },
    }
    try {
      // An async strategy that throws would otherwise end the process.
      Promise.resolve(Object.assign(Object.create(strategy), actions).authenticate(req, asked)).catch(fail)
    } catch (error) {
      fail(error)
    }
  })
}

/** What the visitor may choose because the app has not, in either spelling: `login_hint` or `loginHint`. */
function unclaimed(hints: StrategyStep["hints"], options: object): object {
  const entries = Object.entries(hints)
  return Object.fromEntries(entries.filter(([name]) => !(name in options || toCamelCase(name) in options)))
}

function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())
}

/** What the verify function said, else what it told `req.flash()`. */
function refusal(said: unknown, flashes: readonly unknown[]): StrategyOutcome {
  const texts = [said, ...flashes].map((one) => saidText(one)).filter((text) => text !== undefined)
  return { type: "refusal", message: saidText(said) ?? texts.at(-1) }
}

/** A person who cancels at a SAML provider, or may not pass there, is an error to passport-saml (SAML 2.0 core, 3.2.2.2). */
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

function tooSlow({ name = "of no name" }: PassportStrategy, patience: number): ExpressAuthError {
  return new ExpressAuthError(
    "ERR_AUTH_PROVIDER_UNAVAILABLE",
    `The Passport strategy "${name}" called none of success, fail, redirect, pass and error within ${patience / 1000} s.`,
    { status: 503 },
  )
}
