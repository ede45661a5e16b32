// Makes every <form data-passkey="authenticate"> or <form data-passkey="register"> of a page work: its action is
// {basePath}/callback/{provider}, and its fields go with the passkey's answer. Served behind SimpleWebAuthnBrowser.
;(() => {
  const passkeys = globalThis.SimpleWebAuthnBrowser
  /** Milliseconds after which a passkey offered by autofill gets a fresh challenge: the server forgets them. */
  const AUTOFILL_RENEWAL = 10 * 60 * 1000

  /** A form may say each in its own words: `data-cancelled="…"`. */
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
    unverified: "Your device did not check that it is you. Use your fingerprint, your face or its PIN.",
    taken: "There is an account with this address already. Sign in to it first, then add a passkey.",
    email: "This is not an email address. Check it and try again.",
    denied: "This account may not do that.",
    failed: "That did not work. Please try again.",
  }

  /** By the `code` or else the `error` in the address of the page that explains a failure. */
  const ANSWERS = {
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

  /** A failure that has a text of its own. */
  class Failure extends Error {
    constructor(kind) {
      super(kind)
      this.kind = kind
    }
  }

  /** By the name of the browser's error (WebAuthn, sections 5.1.3 and 5.1.4). */
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

  /** Says it below the form's button; without a kind, says nothing any more. */
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

  /** The address of another of our routes, for the provider that the form posts to. */
  function toRoute(form, route) {
    return new URL(form.getAttribute("action").replace(/\/callback\/([^/]+)$/, route), location.href)
  }

  /** Leaves for the sign-in page, which leads back here. */
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

  /** By the `code` of what is wrong. The last two lead to the sign-in page. */
  const REFUSALS = {
    ERR_AUTH_CSRF: "expired",
    EmailSignin: "email",
    ERR_AUTH_REAUTHENTICATE: "reauthenticate",
    ERR_AUTH_UNPROVEN: "unproven",
  }

  async function load(url, init = {}) {
    const headers = { accept: "application/json", ...init.headers }
    const answer = await fetch(url, { ...init, headers }).catch(() => {
      throw new Failure("offline")
    })
    const body = await answer.json().catch(() => ({}))
    if (answer.ok) return body
    if (answer.status === 429) throw new Failure("limited")
    if (Object.hasOwn(REFUSALS, body.code)) throw new Failure(REFUSALS[body.code])
    throw new Failure(answer.status === 403 ? "refused" : "failed")
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
    const asked = performance.now()
    try {
      if (form.dataset.passkey === "register") return await passkeys.startRegistration(options)
      return await passkeys.startAuthentication(options, autofill)
    } catch (error) {
      const tookAll = options.timeout && performance.now() - asked >= options.timeout
      throw tookAll && kindOf(error) === "cancelled" ? new Failure("timeout") : error
    }
  }

  async function send(form, data) {
    const body = new URLSearchParams(new FormData(form))
    if (!body.has("csrfToken")) body.set("csrfToken", (await load(toRoute(form, "/csrf"))).csrfToken)
    // A page may ask in each of its forms whether to stay signed in; whoever said yes once has said it.
    if (document.querySelector("input[name=remember]:checked")) body.set("remember", "on")
    body.set("action", form.dataset.passkey)
    body.set("data", JSON.stringify(data))
    const headers = { "x-auth-return-redirect": "1" }
    return load(form.getAttribute("action"), { method: "POST", body, headers })
  }

  /** Goes there, also where only the part behind the # is another. */
  function follow(url) {
    const [target, here] = [new URL(url, location.href), new URL(location.href)]
    const stays = target.href.split("#")[0] === here.href.split("#")[0]
    location.assign(target)
    if (stays) location.reload()
  }

  /** Who registers stays on the page; who could not sign in is told so on the sign-in page, beside the other ways. */
  function refuseFailure(url, form) {
    const { searchParams, href } = new URL(url, location.href)
    const [error, code] = [searchParams.get("error"), searchParams.get("code")]
    const wanted = new FormData(form).get("callbackUrl")
    if (!error || href === new URL(wanted ?? "/", location.href).href) return
    throw new Failure(ANSWERS[code] ?? ANSWERS[error] ?? "failed")
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

  /** Offers passkeys in the list of a field with `autocomplete="… webauthn"`; whoever looks past it has not failed. */
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
