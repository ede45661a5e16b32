import type { TextKey } from "../texts/en.js"
import type { Texts } from "../texts/texts.js"

/** The error page's content for an error code. */
export interface ErrorMessage {
  /** The page's HTTP status. */
  status: number
  /** The page's heading and title. */
  heading: string
  /** What happened and what to do next. */
  text: string
  /** The link's text. The link leads to the sign-in page by default. */
  retry: string
}

/** Where `lib/texts/en.ts` has the texts for an error code: `error.<name>.heading` and `error.<name>.text`. */
interface ErrorTexts {
  readonly status: number
  readonly name: TextKey extends infer Key
    ? Key extends `error.${infer Name}.heading`
      ? Name
      : never
    : never
  readonly retry: TextKey
}

const UNKNOWN: ErrorTexts = { status: 400, name: "unknown", retry: "action.tryAgain" }

const MESSAGES: ReadonlyMap<string, ErrorTexts> = new Map<string, ErrorTexts>([
  ["Configuration", { status: 500, name: "configuration", retry: "action.tryAgain" }],
  ["AccessDenied", { status: 403, name: "accessDenied", retry: "action.otherAccount" }],
  ["Forbidden", { status: 403, name: "forbidden", retry: "action.otherAccount" }],
  ["FormNotSent", { status: 401, name: "formNotSent", retry: "action.signIn" }],
  ["FormGone", { status: 404, name: "formGone", retry: "action.leave" }],
  ["FormOfAnother", { status: 403, name: "formOfAnother", retry: "action.leave" }],
  ["Verification", { status: 400, name: "verification", retry: "action.newLink" }],
  ["MissingCSRF", { status: 403, name: "csrf", retry: "action.tryAgain" }],
  ["UntrustedOrigin", { status: 403, name: "untrusted", retry: "action.signIn" }],
  ["RateLimited", { status: 429, name: "limited", retry: "action.tryAgain" }],
  ["Unavailable", { status: 503, name: "unavailable", retry: "action.tryAgain" }],
  ["OAuthAccountNotLinked", { status: 409, name: "taken", retry: "error.taken.retry" }],
  ["LinkRefused", { status: 403, name: "linkRefused", retry: "action.signIn" }],
  ["LastSignInMethod", { status: 409, name: "lastMethod", retry: "action.goBack" }],
  ["ProviderUnavailable", { status: 503, name: "provider", retry: "action.tryAgain" }],
  ["DevelopmentOnly", { status: 403, name: "developmentOnly", retry: "action.otherWay" }],
  ["ClockSkew", { status: 500, name: "clockSkew", retry: "action.tryAgain" }],
  ["Expired", { status: 400, name: "expired", retry: "action.startAgain" }],
])

/**
 * Returns the error page's content for an error code. No part of the input appears in it.
 *
 * @param error the `error` parameter of the page's URL; an unknown one gets a general message with status 400
 */
export function getErrorMessage(error: string | undefined, { t }: Pick<Texts, "t">): ErrorMessage {
  const { status, name, retry } = (error === undefined ? undefined : MESSAGES.get(error)) ?? UNKNOWN
  return { status, heading: t(`error.${name}.heading`), text: t(`error.${name}.text`), retry: t(retry) }
}
