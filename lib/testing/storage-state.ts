import { type SessionCookie, toSessionCookies } from "./session-cookies.js"
import { startTestSession, type TestedApp } from "./start-test-session.js"
import type { TestPerson } from "./test-person.js"

/** The state of a browser's storage, as Playwright's `storageState` option takes it. */
export interface StorageState {
  /** Those of the session. */
  readonly cookies: SessionCookie[]
  /** Always empty: sessions are in cookies. */
  readonly origins: []
}

/**
 * Signs a person in, and returns the storage state for a Playwright browser that opens the app at `origin`.
 *
 * @throws {ExpressAuthError} `ERR_AUTH_TESTING` in production and on misuse; `ERR_AUTH_LOGIN` if a callback or a store
 * fails
 * @see https://playwright.dev/docs/auth
 * @example
 * const state = await storageState(app, { user: { name: "Ada" }, origin: "http://localhost:3000" })
 * const page = await (await browser.newContext({ storageState: state })).newPage()
 */
export async function storageState(
  app: TestedApp,
  person: TestPerson & { readonly origin: string },
): Promise<StorageState> {
  const lines = await startTestSession(app, person, { name: "storageState()", isDirect: true })
  return { cookies: toSessionCookies(lines, person.origin).cookies, origins: [] }
}
