import { fileURLToPath } from "node:url"
import { ExpressAuthError } from "../lib/errors.js"
import { renderAccountNote, renderAccountPage } from "../lib/pages/account.js"
import { renderConfirmEmailPage } from "../lib/pages/confirm-email.js"
import { renderConfirmFormPage } from "../lib/pages/confirm-form.js"
import { renderContinuePage } from "../lib/pages/continue.js"
import { renderDeveloperErrorPage } from "../lib/pages/developer-error.js"
import { renderErrorPage } from "../lib/pages/error.js"
import { toFieldView } from "../lib/pages/field-view.js"
import { renderInboxPage } from "../lib/pages/inbox.js"
import type { PageContext } from "../lib/pages/page-context.js"
import type { PageProvider } from "../lib/pages/page-provider.js"
import { renderPostOnPage } from "../lib/pages/post-on.js"
import { getProviderIcon } from "../lib/pages/provider-icon.js"
import { renderSetUpPage } from "../lib/pages/set-up.js"
import type { SetUpCard } from "../lib/pages/set-up-card.js"
import { renderSignInPage } from "../lib/pages/sign-in.js"
import { renderSignOutPage } from "../lib/pages/sign-out.js"
import { type RequestedMailView, renderVerifyRequestPage } from "../lib/pages/verify-request.js"

/** A page of the gallery. */
export interface GalleryPage {
  /** The beginning of its pictures' names. */
  readonly id: string
  /** Its heading in the gallery. */
  readonly title: string
  /** When visitors see it. */
  readonly about: string
  /** The document. */
  readonly html: string
}

const email = "ada@example.com"

const oauth: PageProvider[] = [
  { id: "github", name: "GitHub", type: "oauth" },
  { id: "google", name: "Google", type: "oidc" },
  { id: "works", name: "Acme Works", type: "oidc", style: { bg: "#0a6b4f", text: "#ffffff" } },
]

const password: PageProvider = {
  ...{ id: "credentials", name: "Password", type: "credentials" },
  fields: {
    username: { label: "User name", required: true },
    password: { label: "Password", required: true },
  },
}

const providers: PageProvider[] = [
  ...oauth,
  { id: "passkey", name: "Passkey", type: "webauthn" },
  { id: "nodemailer", name: "Email", type: "email" },
  password,
]

const people: PageProvider = {
  ...{ id: "development", name: "Development sign-in", type: "people" },
  people: [
    { id: "ada", name: "Ada Lovelace", about: "ada@example.com · admin" },
    { id: "charles", name: "Charles Babbage", about: "charles@example.com" },
  ],
  fields: { name: { label: "Name" }, email: { label: "Email" }, roles: { label: "Roles" } },
}

const setUp: SetUpCard = {
  ...{ id: "github", name: "GitHub", notes: [], variables: ["AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET"] },
  icon: getProviderIcon({ id: "github", name: "GitHub", type: "oauth" }),
  console: { href: "https://github.com/settings/developers", label: "github.com/settings/developers" },
  callbackUrl: "http://localhost:3000/auth/callback/github",
}

const mail = {
  ...{
    to: email,
    subject: "Sign in to localhost:3000",
    code: "402917",
    time: new Date("2026-01-05T09:41:00"),
  },
  link: "http://localhost:3000/auth/callback/nodemailer?token=k3j9x2ab",
  text: "Sign in to localhost:3000\n\nYour code is 402917.",
}

const requested: RequestedMailView = {
  ...{ email, provider: "nodemailer", callbackUrl: "/", hasCode: true, isAnother: false, remember: false },
  wait: 0,
}

/** Every built-in page, with the content of a small app. */
export function galleryPages(context: PageContext): GalleryPage[] {
  const local = { ...context, host: "localhost:3000" }
  return [
    ...signInPages(context),
    ...mailPages(context),
    accountPage(context),
    confirmAddressPage(context),
    ...otherPages(context),
    ...developmentPages(local),
  ]
}

function signInPages(context: PageContext): GalleryPage[] {
  const callbackUrl = "/"
  return [
    {
      ...{
        id: "sign-in",
        title: "Sign in",
        about:
          "Providers, a passkey and one form; the one used last has a badge, and others are behind a link.",
      },
      html: renderSignInPage(context, { providers, callbackUrl, lastUsed: "google" }),
    },
    {
      ...{ id: "signed-in", title: "Signed in already", about: "To go on, sign out or use another account." },
      html: renderSignInPage(context, { providers: oauth, callbackUrl, visitor: { name: "Ada Lovelace" } }),
    },
    {
      ...{ id: "step-up", title: "Confirm that it is you", about: "When a guard asks for a fresh sign-in." },
      html: renderSignInPage(context, {
        ...{ providers: [...oauth.slice(0, 1), password], callbackUrl, visitor: { name: "Ada Lovelace" } },
        ...{ error: "SessionRequired", code: "reauthenticate" },
      }),
    },
    {
      ...{
        id: "sign-in-again",
        title: "Sign in again",
        about: "After a wrong password, with “Keep me signed in”.",
      },
      html: renderSignInPage(context, {
        ...{ providers: [password], callbackUrl, error: "CredentialsSignin", remember: false },
        typed: { provider: "credentials", values: { username: "ada" } },
      }),
    },
    {
      ...{
        id: "continue",
        title: "Continue",
        about: "On the way to a provider, where a redirect is impossible.",
      },
      html: renderContinuePage(context, { url: "https://github.com/login", name: "GitHub" }),
    },
    {
      ...{ id: "post-on", title: "Continue, on the way back", about: "Where a provider posts its response." },
      html: renderPostOnPage(context, {
        action: "/auth/callback/apple",
        name: "Apple",
        fields: { posted: "k3j9x2ab" },
      }),
    },
  ]
}

function mailPages(context: PageContext): GalleryPage[] {
  return [
    {
      ...{ id: "verify-request", title: "Check your email", about: "With a field for the mailed code." },
      html: renderVerifyRequestPage(context, { mail: requested }),
    },
    {
      ...{ id: "confirm-email", title: "Confirm the sign-in", about: "After the mailed link was opened." },
      html: renderConfirmEmailPage(context, {
        provider: "nodemailer",
        callbackUrl: "/",
        token: "k3j9x2ab",
        email,
      }),
    },
  ]
}

function accountPage(context: PageContext): GalleryPage {
  const { t } = context
  const input = (name: string, label: string, value = "") => toFieldView("account", name, { label, value })
  const [github, google] = [
    { ...{ provider: "github", providerAccountId: "1", name: "GitHub" }, icon: iconOf("github", "GitHub") },
    { action: "/auth/link/google", submit: "Link Google", icon: iconOf("google", "Google") },
  ]
  const html = renderAccountPage(context, {
    message: { text: t("account.done.profile"), calm: true },
    sections: [
      {
        ...{ id: "profile", heading: t("account.profile.heading"), name: "Ada Lovelace" },
        fields: [
          input("name", t("account.profile.name"), "Ada Lovelace"),
          input("image", t("account.profile.image"), "https://example.com/ada.png"),
        ],
      },
      {
        ...{ id: "email", heading: t("account.email.heading"), email, isProven: true },
        field: input("email", t("account.email.label")),
      },
      {
        ...{ id: "methods", heading: t("account.methods.heading"), mailTo: email, callbackUrl: "" },
        accounts: [github],
        passkeys: [
          {
            ...{ id: "1", name: "Chrome on Android", about: t("account.methods.passkeySynced") },
            ...{ canRemove: true, field: input("name", t("account.methods.newName")) },
          },
        ],
        linkable: [google],
      },
      {
        ...{ id: "sessions", heading: t("account.sessions.heading"), canEndOthers: true },
        sessions: [
          { id: "1", device: "Firefox on Windows", about: lastUsed(context, 5), isCurrent: true },
          { id: "2", device: "Chrome on Android", about: lastUsed(context, 4), isCurrent: false },
        ],
      },
      { id: "data", heading: t("account.data.heading") },
      {
        ...{ id: "deletion", heading: t("account.deletion.heading"), phrase: t("account.deletion.phrase") },
        field: input("confirmation", t("account.deletion.label", { phrase: t("account.deletion.phrase") })),
      },
    ],
  })
  const about = "Profile, address, ways to sign in, sessions, download, deletion."
  return { id: "account", title: "Account", about, html }
}

function confirmAddressPage(context: PageContext): GalleryPage {
  const { t } = context
  return {
    ...{
      id: "account-note",
      title: "Confirm a new address",
      about: "After the link in its mail was opened.",
    },
    html: renderAccountNote(context, {
      heading: t("account.confirm.heading"),
      text: t("account.confirm.text", { email: "ada@king.example" }),
      ...{ button: t("account.confirm.button"), action: "confirm-email", token: "k3j9x2ab" },
    }),
  }
}

function iconOf(id: string, name: string) {
  return getProviderIcon({ id, name, type: "oauth" })
}

function lastUsed({ t }: PageContext, day: number): string {
  return t("account.sessions.lastUsed", { time: new Date(2026, 0, day, 9, 41) })
}

function otherPages(context: PageContext): GalleryPage[] {
  return [
    {
      ...{ id: "sign-out", title: "Sign out", about: "One button, and a link back." },
      html: renderSignOutPage(context, { callbackUrl: "/" }),
    },
    {
      ...{
        id: "confirm-form",
        title: "Send it now?",
        about: "A form that was kept during a sign-in or a step-up.",
      },
      html: renderConfirmFormPage(context, {
        ...{ target: "/payments", user: "Ada Lovelace", discard: "/auth/confirm-form/k3j9x2ab" },
        fields: [
          ["to_account", "Charles Babbage"],
          ["sum", "12.50"],
        ],
      }),
    },
    {
      ...{
        id: "forbidden",
        title: "Not allowed",
        about: "403: the user is signed in, but has not the right role.",
      },
      html: renderErrorPage(context, { error: "Forbidden" }).html,
    },
    {
      ...{ id: "error", title: "Error", about: "The id is also in the log." },
      html: renderErrorPage(context, { error: "Configuration", errorId: "k3j9x2ab" }).html,
    },
  ]
}

function developmentPages(context: PageContext): GalleryPage[] {
  return [
    {
      ...{
        id: "to-set-up",
        title: "Development: to set up",
        about: "A provider that lacks its credentials.",
      },
      html: renderSignInPage(context, { providers: [], callbackUrl: "/", toSetUp: [setUp] }),
    },
    {
      ...{ id: "set-up", title: "Development: set up one", about: "Its own page, while it lacks them." },
      html: renderSetUpPage(context, setUp),
    },
    {
      ...{
        id: "people",
        title: "Development: sign in as anyone",
        about: "The page of `DevelopmentSignIn()`.",
      },
      html: renderSignInPage(context, { providers: [people], callbackUrl: "/" }),
    },
    {
      ...{ id: "inbox", title: "Development: the inbox", about: "Mails, while no mail server is set." },
      html: renderInboxPage(context, [mail]),
    },
    {
      ...{
        id: "developer-error",
        title: "Development: an error",
        about: "With its cause, its place and its fix.",
      },
      html: renderDeveloperErrorPage({
        ...{ error: sessionError(), status: 503, secrets: [] },
        ...{ request: "GET /dashboard", host: context.host },
      }),
    },
  ]
}

/** An error that an example would cause without its database. */
function sessionError(): Error {
  const cause = new Error("connect ECONNREFUSED 127.0.0.1:5432")
  const error = new ExpressAuthError("ERR_AUTH_SESSION", "The session could not be read.", {
    status: 503,
    cause,
  })
  const example = fileURLToPath(new URL("../examples/minimal.ts", import.meta.url))
  cause.stack = `${error.message}\n    at ${example}:12:24`
  return error
}
