// Runs the passkey ceremony of every <form data-passkey="authenticate"> or <form data-passkey="register"> on the page.
// The form's action is {basePath}/callback/{provider}; its fields are sent with the passkey's response. Served after
// SimpleWebAuthnBrowser in one file.
;(() => {
  const passkeys = globalThis.SimpleWebAuthnBrowser
  /** Milliseconds after which autofill requests a new challenge, before the server drops the old one. */
  const AUTOFILL_RENEWAL = 10 * 60 * 1000

  /** Default messages by kind. A form overrides one with `data-<kind>`, e.g. `data-cancelled="…"`. */
  const TEXTS = {
    cancelled: "No passkey was used. Try again, or choose another way.",
    timeout: "That took too long. Please try again.",
    unsupported: "This browser cannot use passkeys. Choose another way, or another browser.",
    registered: "This device has a passkey for your account already.",
    unfit: "This device cannot keep a passkey. Set up a screen lock for it, or use another device.",
    address: "Passkeys do not work at this address. Tell the people who run this site.",
    refused: "A passkey can only be added to your account while you are signed in.",
    expired: "This page was open for too long. Reload it and try again.",
    limited: "Too many attempts. Wait a few minutes, then try again.",
    offline: "The site cannot be reached. Check your connection and try again.",
    unverified: "Your device did not confirm that it is you. Use your fingerprint, your face or its PIN.",
    taken: "There is an account with this address already. Sign in to it first, then add a passkey.",
    email: "This is not an email address. Check it and try again.",
    denied: "This account may not do that.",
    failed: "That did not work. Please try again.",
  }

  /** Kinds of failure, by the `code` or else the `error` in the URL of the page that explains it. */
  const OUTCOMES = {
    expired: "expired",
    session_changed: "expired",
    MissingCSRF: "expired",
    registered: "registered",
    origin: "address",
    rp_id: "address",
    user_verification: "unverified",
    AccountNotLinked: "taken",
    AccessDenied: "denied",
  }

  /** A failure with a message in TEXTS. */
  class Failure extends Error {
    constructor(kind) {
      super(kind)
      this.kind = kind
    }
  }

  /** Kinds of failure, by the name of the browser's error (WebAuthn, sections 5.1.3 and 5.1.4). */
  const KINDS = {
    AbortError: undefined,
    NotAllowedError: "cancelled",
    InvalidStateError: "registered",
    SecurityError: "address",
    ConstraintError: "unfit",
    NotSupportedError: "unfit",
  }

  function kindOf(error) {
    if (error instanceof Failure) return error.kind
    const { name } = error.cause instanceof Error ? error.cause : error
    return name in KINDS ? KINDS[name] : "failed"
  }

  const messages = new WeakMap()

  /** Shows a message below the form; without a kind, removes it. */
  function show(form, kind) {
    messages.get(form)?.remove()
    messages.delete(form)
    if (!kind) return
    const message = document.createElement("p")
    message.className = "message"
    message.setAttribute("role", "alert")
    message.textContent = form.dataset[kind] ?? TEXTS[kind]
    messages.set(form, message)
    form.append(message)
  }

  /** Returns the URL of another of our routes, for the provider that the form posts to. */
  function toRoute(form, route) {
    return new URL(form.getAttribute("action").replace(/\/callback\/([^/]+)$/, route), location.href)
  }

  /** Navigates to the sign-in page, which returns here afterwards. */
  function askToSignIn(form, code) {
    const url = toRoute(form, "/signin")
    for (const [name, value] of [
      ["error", "SessionRequired"],
      ["code", code],
      ["callbackUrl", location.href],
    ])
      url.searchParams.set(name, value)
    location.assign(url)
  }

  /** Kinds of failure, by the `code` of an error response. The last two lead to the sign-in page. */
  const REFUSALS = {
    ERR_AUTH_CSRF: "expired",
    EmailSignin: "email",
    ERR_AUTH_REAUTHENTICATE: "reauthenticate",
    ERR_AUTH_UNPROVEN: "unproven",
  }

  async function load(url, init = {}) {
    const headers = { accept: "application/json", ...init.headers }
    const response = await fetch(url, { ...init, headers }).catch(() => {
      throw new Failure("offline")
    })
    const body = await response.json().catch(() => ({}))
    if (response.ok) return body
    if (response.status === 429) throw new Failure("limited")
    if (Object.hasOwn(REFUSALS, body.code)) throw new Failure(REFUSALS[body.code])
    throw new Failure(response.status === 403 ? "refused" : "failed")
  }

  function fetchOptions(form) {
    const url = toRoute(form, "/webauthn-options/$1")
    url.searchParams.set("action", form.dataset.passkey)
    if (form.dataset.passkey === "register")
      for (const field of form.querySelectorAll("input:not([type=hidden], [name=remember])"))
        url.searchParams.set(field.name, field.value)
    return load(url)
  }

  async function ask(form, options, autofill) {
    const start = performance.now()
    try {
      if (form.dataset.passkey === "register") return await passkeys.startRegistration(options)
      return await passkeys.startAuthentication(options, autofill)
    } catch (error) {
      const timedOut = options.timeout && performance.now() - start >= options.timeout
      throw timedOut && kindOf(error) === "cancelled" ? new Failure("timeout") : error
    }
  }

  async function send(form, data) {
    const body = new URLSearchParams(new FormData(form))
    if (!body.has("csrfToken")) body.set("csrfToken", (await load(toRoute(form, "/csrf"))).csrfToken)
    // Each form of a page may have its own "Keep me signed in"; one that is ticked is enough.
    if (document.querySelector("input[name=remember]:checked")) body.set("remember", "on")
    body.set("action", form.dataset.passkey)
    body.set("data", JSON.stringify(data))
    const headers = { "x-auth-return-redirect": "1" }
    return load(form.getAttribute("action"), { method: "POST", body, headers })
  }

  /** Navigates to a URL, and reloads if only its fragment differs. */
  function follow(url) {
    const [target, here] = [new URL(url, location.href), new URL(location.href)]
    const stays = target.href.split("#")[0] === here.href.split("#")[0]
    location.assign(target)
    if (stays) location.reload()
  }

  /** Throws if the URL reports a failed registration, to show it on this page. Failed sign-ins navigate to the sign-in page. */
  function refuseFailure(url, form) {
    const { searchParams, href } = new URL(url, location.href)
    const [error, code] = [searchParams.get("error"), searchParams.get("code")]
    const destination = new FormData(form).get("callbackUrl")
    if (!error || href === new URL(destination ?? "/", location.href).href) return
    throw new Failure(OUTCOMES[code] ?? OUTCOMES[error] ?? "failed")
  }

  async function run(form, autofill) {
    const { options } = await fetchOptions(form)
    const { url } = await send(form, await ask(form, options, autofill))
    if (typeof url !== "string") throw new Failure("failed")
    if (form.dataset.passkey === "register") refuseFailure(url, form)
    follow(url)
  }

  async function submit(form, button) {
    show(form)
    button.disabled = true
    try {
      await run(form, false)
    } catch (error) {
      const kind = kindOf(error)
      if (kind === "reauthenticate" || kind === "unproven") return askToSignIn(form, kind)
      show(form, kind)
    } finally {
      button.disabled = false
    }
    if (messages.has(form)) void autofill(form)
  }

  let renewal

  /** Offers passkeys in the autofill list of a field with `autocomplete="… webauthn"`. Ignoring the offer is no failure. */
  async function autofill(form) {
    clearTimeout(renewal)
    if (!form.hasAttribute("data-passkey-autofill")) return
    if (!document.querySelector("input[autocomplete$='webauthn']")) return
    if (!(await passkeys.browserSupportsWebAuthnAutofill())) return
    renewal = setTimeout(() => void autofill(form), AUTOFILL_RENEWAL)
    try {
      await run(form, true)
    } catch (error) {
      const kind = kindOf(error)
      if (kind === "expired") show(form, kind)
    }
  }

  function setUp(form) {
    const button = form.querySelector("button")
    form.hidden = false
    if (!passkeys.browserSupportsWebAuthn()) {
      button.hidden = true
      return show(form, "unsupported")
    }
    button.hidden = false
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      void submit(form, button)
    })
    void autofill(form)
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) setUp(form)
})()
