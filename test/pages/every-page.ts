import type { InboxMail } from "../../lib/development/inbox.js"
import { renderAccountNote, renderAccountPage } from "../../lib/pages/account.js"
import { renderConfirmEmailPage } from "../../lib/pages/confirm-email.js"
import { renderConfirmFormPage } from "../../lib/pages/confirm-form.js"
import { renderContinuePage } from "../../lib/pages/continue.js"
import { renderErrorPage } from "../../lib/pages/error.js"
import { renderInboxPage } from "../../lib/pages/inbox.js"
import type { PageContext, PageTheme } from "../../lib/pages/page-context.js"
import type { PageProvider } from "../../lib/pages/page-provider.js"
import { renderPostOnPage } from "../../lib/pages/post-on.js"
import { getProviderIcon } from "../../lib/pages/provider-icon.js"
import { renderSetUpPage } from "../../lib/pages/set-up.js"
import type { SetUpCard } from "../../lib/pages/set-up-card.js"
import { renderSignInPage } from "../../lib/pages/sign-in.js"
import { renderSignOutPage } from "../../lib/pages/sign-out.js"
import { type RequestedMailView, renderVerifyRequestPage } from "../../lib/pages/verify-request.js"
import { textsOf } from "../../lib/texts/texts.js"
import { everySection } from "./account-view.js"

export const callbackUrl = "https://app.example.com/after?a=1&b=2"

export function toContext(theme: PageTheme = {}): PageContext {
  return { basePath: "/auth", host: "app.example.com", csrfToken: "the-token", theme, ...textsOf("en") }
}

/** A provider of every type and icon kind. */
export const providers: PageProvider[] = [
  { id: "github", name: "GitHub", type: "oauth" },
  { id: "google", name: "Google", type: "oidc" },
  { id: "acme", name: "Acme Works", type: "oidc", style: { bg: "#0a6b4f" } },
  { id: "local", name: "Local", type: "oidc", style: { logo: "/local.svg" } },
  { id: "nodemailer", name: "Nodemailer", type: "email" },
  {
    id: "credentials",
    name: "Credentials",
    type: "credentials",
    fields: {
      username: { label: "User name", required: true },
      password: {},
      remember: { label: "Remember me", type: "checkbox" },
      tenant: { type: "hidden", value: "7" },
    },
  },
  { id: "ldap", name: "LDAP", type: "credentials", fields: { username: {}, password: {} } },
  { id: "passkey", name: "Passkey", type: "webauthn" },
]

/** Providers for an address: one mails a link to it, the other asks for its password. */
const withAddress: PageProvider[] = [
  { id: "nodemailer", name: "Nodemailer", type: "email" },
  { id: "password", name: "Credentials", type: "credentials", fields: { email: {}, password: {} } },
]

/** Providers that lack credentials: with everything, without a callback URL, and with long names. */
const setUpCards: SetUpCard[] = [
  {
    ...{
      id: "github",
      name: "GitHub",
      icon: getProviderIcon({ id: "github", name: "GitHub", type: "oauth" }),
    },
    console: { href: "https://github.com/settings/developers", label: "github.com/settings/developers" },
    callbackUrl: "http://localhost:3000/auth/callback/github",
    variables: ["AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET"],
    notes: [],
  },
  {
    ...{
      id: "resend",
      name: "Resend",
      icon: getProviderIcon({ id: "resend", name: "Resend", type: "email" }),
    },
    console: { href: "https://resend.com/api-keys", label: "resend.com/api-keys" },
    callbackUrl: undefined,
    variables: ["AUTH_RESEND_KEY"],
    notes: ["RESEND_KEY is set: rename it to AUTH_RESEND_KEY."],
  },
  {
    ...{ id: "works", name: "Acme Works of the City of Llanfairpwllgwyngyllgogerychwyrndrobwll" },
    icon: getProviderIcon({ id: "works", name: "Acme Works", type: "oidc" }),
    console: undefined,
    callbackUrl: `https://app.example.com/${"a-long-path/".repeat(9)}callback/works`,
    variables: ["AUTH_WORKS_OF_THE_CITY_OF_LLANFAIRPWLLGWYNGYLL_ISSUER"],
    notes: ["WORKS_ISSUER is set: rename it to AUTH_WORKS_OF_THE_CITY_OF_LLANFAIRPWLLGWYNGYLL_ISSUER."],
  },
]

const people: PageProvider = {
  ...{ id: "development", name: "Development sign-in", type: "people" },
  people: [
    { id: "ada@example.com", name: "Ada Lovelace", about: "ada@example.com · admin" },
    { id: '"><b>', name: "<b>Bold</b>", about: "<i>no</i>" },
  ],
  fields: {
    name: { label: "Name" },
    roles: { label: "Roles" },
    verified: { type: "checkbox", checked: true },
  },
}

const mails: InboxMail[] = [
  {
    ...{ to: "ada@example.com", subject: "Sign in to app.example.com", code: "123456" },
    ...{ link: "http://localhost:3000/auth/callback/mail?a=1&b=2", text: "Open this link:\n\nhttp://…" },
    time: new Date(0),
  },
  {
    ...{ to: `${"long.".repeat(12)}@example.com`, subject: "<b>Subject</b>", code: undefined },
    ...{ link: `http://localhost:3000/?${"x".repeat(200)}`, text: "</pre><script>alert(1)</script>" },
    time: new Date(1),
  },
]

const mail: RequestedMailView = {
  ...{ email: "ada@example.com", provider: "nodemailer", callbackUrl, hasCode: true },
  ...{ isAnother: false, remember: false, wait: 0 },
}

/** Every page, and every state of it that looks different, by name. */
export function renderEveryPage(context: PageContext): Record<string, string> {
  const signIn = { providers, callbackUrl }
  return {
    "sign-in": renderSignInPage(context, signIn),
    "sign-in with the last way": renderSignInPage(context, { ...signIn, lastUsed: "google" }),
    "sign-in with the last password": renderSignInPage(context, {
      ...{ ...signIn, lastUsed: "ldap", remember: false },
    }),
    "sign-in with a name and links": renderSignInPage(
      {
        ...context,
        theme: { ...context.theme, name: "Acme", links: { terms: "/terms", support: "mailto:a@b.example" } },
      },
      signIn,
    ),
    "sign-in of a user who is signed in": renderSignInPage(context, {
      ...{ ...signIn, visitor: { name: "Ada Lovelace" } },
    }),
    "sign-in to confirm": renderSignInPage(context, {
      ...{ ...signIn, visitor: { name: "Ada Lovelace" }, error: "SessionRequired", code: "unproven" },
    }),
    "sign-in with every form": renderSignInPage(context, { ...signIn, showsAll: true }),
    "sign-in with one address for mail and password": renderSignInPage(context, {
      ...{ providers: withAddress, callbackUrl, error: "EmailSignin", remember: false },
      ...{ email: "ada@example.com", lastUsed: "nodemailer" },
    }),
    "sign-in without providers": renderSignInPage(context, { providers: [], callbackUrl }),
    "sign-in after wrong credentials": renderSignInPage(context, { ...signIn, error: "CredentialsSignin" }),
    "sign-in after a failed email": renderSignInPage(context, {
      ...signIn,
      error: "EmailSignin",
      email: "a@b.example",
    }),
    "sign-in with a calm message": renderSignInPage(context, { ...signIn, error: "SessionRequired" }),
    "sign-in that asks": renderSignInPage(context, { ...signIn, remember: false }),
    "sign-in with a passkey that asks": renderSignInPage(context, {
      ...{ ...signIn, provider: "passkey", remember: true },
    }),
    "sign-in with a provider to set up": renderSignInPage(context, {
      ...{ providers: [], callbackUrl, toSetUp: setUpCards.slice(0, 1) },
    }),
    "sign-in with providers to set up": renderSignInPage(context, { ...signIn, toSetUp: setUpCards }),
    "set-up": renderSetUpPage(context, setUpCards[2] as SetUpCard),
    "sign-in with GitHub": renderSignInPage(context, { ...signIn, provider: "github" }),
    "sign-in with people": renderSignInPage(context, { providers: [...providers, people], callbackUrl }),
    "sign-in after a person without a name": renderSignInPage(context, {
      ...{ providers: [people], callbackUrl, error: "CredentialsSignin" },
      typed: { provider: "development", values: { roles: "editor" } },
    }),
    "sign-in with email": renderSignInPage(context, { ...signIn, provider: "nodemailer" }),
    "confirm-email": renderConfirmEmailPage(context, {
      ...{ provider: "nodemailer", callbackUrl, token: "the-link" },
      email: "ada@example.com",
    }),
    "confirm-form": renderConfirmFormPage(context, {
      target: "/payments?account=7",
      fields: [
        ["to_account", "Charles Babbage"],
        ["sum", "12.50"],
        ["note", "First line\nSecond line, and a word without end: ".concat("x".repeat(80))],
        ["newPassword", "analytical"],
        ["_csrf", "abc"],
      ],
      discard: "/auth/confirm-form/AAAAAAAAAAAAAAAA",
      user: "Ada Lovelace",
    }),
    "confirm-form without fields": renderConfirmFormPage(context, {
      ...{ target: "/account/delete", fields: [], discard: "/auth/confirm-form/AAAAAAAAAAAAAAAA" },
    }),
    "confirm-email that asks": renderConfirmEmailPage(context, {
      ...{ provider: "nodemailer", callbackUrl, token: "the-link", remember: true },
    }),
    "sign-out": renderSignOutPage(context, { callbackUrl }),
    "sign-out while signed out": renderSignOutPage(context, { callbackUrl, isSignedOut: true }),
    forbidden: renderErrorPage(context, { error: "Forbidden", signOut: "/auth/signout" }).html,
    "verify-request with an inbox": renderVerifyRequestPage(context, {
      ...{ mail, inbox: "/auth/inbox" },
    }),
    account: renderAccountPage(context, everySection()),
    "account without a database": renderAccountPage(context, {
      sections: [
        { id: "profile", heading: "Profile", name: "Ada", fields: [] },
        { id: "data", heading: "Your data" },
      ],
      message: { text: "That was not found.", calm: false },
    }),
    "account-note": renderAccountNote(context, {
      ...{
        heading: "Confirm your new address",
        text: "ada@example.com becomes your address.",
        button: "Confirm",
      },
      ...{ action: "confirm-email", token: "the-token" },
    }),
    "account-note with a link": renderAccountNote(context, {
      ...{ heading: "Your account is deleted", text: "Everything is gone.", button: "Continue" },
    }),
    inbox: renderInboxPage(context, mails),
    "inbox without mails": renderInboxPage(context, []),
    "verify-request": renderVerifyRequestPage(context, {}),
    "verify-request with a code": renderVerifyRequestPage(context, { mail }),
    "verify-request without a code": renderVerifyRequestPage(context, {
      ...{ mail: { ...mail, hasCode: false, remember: true }, error: "CodeExpired" },
    }),
    "verify-request that waits": renderVerifyRequestPage(context, {
      mail: { ...mail, isAnother: true, wait: 245 },
    }),
    "verify-request after a wrong code": renderVerifyRequestPage(context, {
      ...{ mail, error: "CodeWrong" },
    }),
    error: renderErrorPage(context, { error: "Configuration", errorId: "k3j9x2ab" }).html,
    continue: renderContinuePage(context, { url: "https://github.com/login?a=1&b=2", name: "GitHub" }),
    "post-on": renderPostOnPage(context, {
      ...{ action: "/auth/callback/okta", name: "Okta" },
      fields: { posted: "sealed" },
    }),
  }
}

/** Every page with `text` in every place that a user, a provider or a configuration fills. */
export function renderEveryPageWith(text: string): Record<string, string> {
  const context: PageContext = {
    basePath: `/auth${text}`,
    host: text,
    csrfToken: text,
    theme: { logo: text, name: text, links: { terms: text } },
    ...textsOf("en"),
  }
  const field = {
    label: text,
    type: text,
    placeholder: text,
    value: text,
    autocomplete: text,
    [text]: text,
    title: text,
  }
  const hostile = (["oauth", "email", "credentials", "webauthn"] as const).map(
    (type, index): PageProvider => ({
      id: `${index}${text}`,
      name: text,
      type,
      style: { logo: text, brandColor: text, bg: text, text },
      fields: { [text]: field, email: field },
    }),
  )
  const signIn = {
    visitor: { name: text },
    providers: hostile,
    callbackUrl: text,
    error: text,
    code: text,
    email: text,
  }
  return {
    account: renderAccountPage(context, everySection(text)),
    "account-note": renderAccountNote(context, {
      ...{ heading: text, text, button: text, action: text, token: text },
    }),
    "sign-in": renderSignInPage(context, signIn),
    "confirm-email": renderConfirmEmailPage(context, {
      ...{ provider: text, callbackUrl: text, token: text, email: text },
    }),
    "sign-in that asks": renderSignInPage(context, { ...signIn, remember: true }),
    "sign-in with one provider": renderSignInPage(context, { ...signIn, provider: `0${text}` }),
    "sign-in after cancelling": renderSignInPage(context, {
      ...signIn,
      provider: `0${text}`,
      error: "OAuthCallbackError",
      code: "access_denied",
    }),
    "sign-in with an unknown provider": renderSignInPage(context, { ...signIn, provider: text }),
    "confirm-form": renderConfirmFormPage(context, {
      ...{ target: `/${text}`, fields: [[text, text]], discard: `/auth${text}`, user: text },
    }),
    "sign-out": renderSignOutPage(context, { callbackUrl: text }),
    "verify-request": renderVerifyRequestPage(context, {
      ...{ mail: { ...mail, email: text, provider: text, callbackUrl: text }, error: text },
    }),
    error: renderErrorPage(context, { error: text, errorId: text }).html,
    continue: renderContinuePage(context, { url: text, name: text }),
    "post-on": renderPostOnPage(context, { action: text, name: text, fields: { [text]: text } }),
    "sign-in after a strategy's message": renderSignInPage(context, {
      ...{ ...signIn, error: "CredentialsSignin" },
      typed: { provider: `2${text}`, values: { [text]: text }, message: text },
    }),
  }
}
