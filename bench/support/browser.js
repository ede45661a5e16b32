import { strict as assert } from "node:assert"

/** A browser as far as signing in goes: it keeps cookies and follows no redirect by itself. */
export class Browser {
  #cookies = new Map()

  constructor(origin) {
    this.origin = origin
  }

  get(path) {
    return this.#request(path, {})
  }

  /** Sends a form. */
  post(path, fields = {}) {
    return this.#request(path, { method: "POST", body: new URLSearchParams(fields) })
  }

  postJson(path, body) {
    const headers = { "content-type": "application/json" }
    return this.#request(path, { method: "POST", body: JSON.stringify(body), headers })
  }

  /** The `Cookie` header with the cookies whose name starts so. */
  cookieHeader(prefix = "") {
    const sent = [...this.#cookies].filter(([name]) => name.startsWith(prefix))
    return sent.map(([name, value]) => `${name}=${value}`).join("; ")
  }

  async #request(path, { headers, ...init }) {
    const response = await fetch(new URL(path, this.origin), {
      ...init,
      headers: { ...headers, origin: this.origin, cookie: this.cookieHeader() },
      redirect: "manual",
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(";", 1)
      const equals = pair.indexOf("=")
      this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1))
    }
    return response
  }
}

/** Signs in to any Auth.js app that has a Credentials provider and is mounted at `/auth`. */
export async function signInWithCredentials(origin) {
  const browser = new Browser(origin)
  const { csrfToken } = await (await browser.get("/auth/csrf")).json()
  await browser.post("/auth/callback/credentials", { csrfToken, callbackUrl: origin })
  const cookie = browser.cookieHeader("authjs.session-token")
  assert.ok(cookie, "Signing in with credentials set no session cookie")
  return cookie
}
