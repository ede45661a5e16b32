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
      text: "This account is not allowed to sign in here. Use another account, or ask the people who run this site.",
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
      text: "It was already sent or discarded, it was left for more than 15 minutes, or it was filled in in another browser. Nothing has been sent now.",
      retry: "Leave this page",
    },
  ],
  [
    "FormOfAnother",
    {
      status: 403,
      heading: "This form is not yours",
      text: "It was filled in by someone else before you signed in. It has been discarded, and nothing was sent.",
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
      text: "The site you came from is not allowed to do that here. Nothing has changed. Continue from our own sign-in page.",
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
      heading: "The sign-in service is not responding",
      text: "The service you chose is not responding right now. Try again in a minute, or choose another way to sign in.",
      retry: "Try again",
    },
  ],
  [
    "DevelopmentOnly",
    {
      status: 403,
      heading: "Only for the developer",
      text: "This way to sign in works only in a browser on the computer that runs the app, without a tunnel or proxy.",
      retry: "Sign in another way",
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
 * Returns the error page's content for an error code. No part of the input appears in it.
 *
 * @param error the `error` parameter of the page's URL; an unknown one gets a general message with status 400
 */
export function getErrorMessage(error: string | undefined): ErrorMessage {
  return (error === undefined ? undefined : MESSAGES.get(error)) ?? UNKNOWN
}
