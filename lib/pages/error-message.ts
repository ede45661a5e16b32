/** What the error page says about a code. */
export interface ErrorMessage {
  /** The HTTP status of the page. */
  status: number
  heading: string
  /** What happened and what to do next. */
  text: string
  /** The text of the link, which leads to the sign-in page unless the caller knows better. */
  retry: string
}

const UNKNOWN: ErrorMessage = {
  status: 400,
  heading: "You are not signed in",
  text: "Something went wrong on the way. Please try again.",
  retry: "Try again",
}

const MESSAGES: ReadonlyMap<string, ErrorMessage> = new Map<string, ErrorMessage>([
  [
    "Configuration",
    {
      status: 500,
      heading: "Sign-in is not working",
      text: "The fault is on our side, not yours. Try again in a while, or tell the people who run this site.",
      retry: "Try again",
    },
  ],
  [
    "AccessDenied",
    {
      status: 403,
      heading: "No access",
      text: "This account may not sign in here. Use another account, or ask the people who run this site.",
      retry: "Use another account",
    },
  ],
  [
    "Forbidden",
    {
      status: 403,
      heading: "No access",
      text: "You are signed in, but this page is not open to your account.",
      retry: "Use another account",
    },
  ],
  [
    "FormNotSent",
    {
      status: 401,
      heading: "Your form was not sent",
      text: "It needs a fresh sign-in. Sign in, then go back to the form and send it again.",
      retry: "Sign in",
    },
  ],
  [
    "FormGone",
    {
      status: 404,
      heading: "No form is waiting here",
      text: "It was sent or dropped already, was left for more than 15 minutes, or was filled in in another browser. Nothing has been sent now.",
      retry: "Leave this page",
    },
  ],
  [
    "FormOfAnother",
    {
      status: 403,
      heading: "This form is not yours",
      text: "Somebody else filled it in before you signed in. It was dropped, and nothing was sent.",
      retry: "Leave this page",
    },
  ],
  [
    "Verification",
    {
      status: 400,
      heading: "This link no longer works",
      text: "It has expired or was already used. Ask for a new one to sign in.",
      retry: "Get a new link",
    },
  ],
  [
    "MissingCSRF",
    {
      status: 403,
      heading: "This form has expired",
      text: "It was open for too long, or your browser does not keep cookies for this site. Please try again.",
      retry: "Try again",
    },
  ],
  [
    "UntrustedOrigin",
    {
      status: 403,
      heading: "Another site sent this",
      text: "The site you come from may not do that here. Nothing has changed. Go on from our own sign-in page.",
      retry: "Sign in",
    },
  ],
  [
    "RateLimited",
    {
      status: 429,
      heading: "Too many attempts",
      text: "To keep accounts safe we have to pause here. Wait a few minutes, then try again.",
      retry: "Try again",
    },
  ],
  [
    "Unavailable",
    {
      status: 503,
      heading: "Back in a moment",
      text: "Sign-in is not available right now. Nothing is lost: try again in a minute.",
      retry: "Try again",
    },
  ],
  [
    "OAuthAccountNotLinked",
    {
      status: 409,
      heading: "This account is taken",
      text: "It belongs to another user here. Sign in with it, and remove it there first.",
      retry: "Sign in with it",
    },
  ],
  [
    "LinkRefused",
    {
      status: 403,
      heading: "The account was not added",
      text: "You have signed out or in again since you started. Start again where you manage your account.",
      retry: "Sign in",
    },
  ],
  [
    "LastSignInMethod",
    {
      status: 409,
      heading: "This is your only way to sign in",
      text: "Add another one first. Then this one can be removed.",
      retry: "Back to sign-in",
    },
  ],
  [
    "ProviderUnavailable",
    {
      status: 503,
      heading: "No answer from the sign-in service",
      text: "The service you chose does not answer right now. Try again in a minute, or choose another way to sign in.",
      retry: "Try again",
    },
  ],
  [
    "ClockSkew",
    {
      status: 500,
      heading: "The clocks do not agree",
      text: "Sign-in was refused because the time is wrong, here or at the service you chose. Nothing is wrong with your account. Try again in a while, or tell the people who run this site.",
      retry: "Try again",
    },
  ],
  [
    "Expired",
    {
      status: 400,
      heading: "This sign-in has expired",
      text: "It took too long, or it was started in another tab or browser. Start again from here.",
      retry: "Start again",
    },
  ],
])

/**
 * Explains an error code on the error page. No part of the input is in the answer.
 *
 * @param error The `error` parameter of the page's URL; an unknown one gets a general answer with status 400.
 */
export function getErrorMessage(error: string | undefined): ErrorMessage {
  return (error === undefined ? undefined : MESSAGES.get(error)) ?? UNKNOWN
}
