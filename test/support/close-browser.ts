import type { UserAgent, Visit } from "./user-agent.js"

/** Closes and reopens a browser: session cookies are gone. */
export async function closeBrowser({ cookies }: UserAgent): Promise<void> {
  const { cookies: all } = await cookies.serialize()
  for (const { key, domain, path, expires, maxAge } of all)
    if ((expires === undefined || expires === "Infinity") && maxAge === undefined)
      await cookies.store.removeCookie(String(domain), String(path), String(key))
}

/** The Set-Cookie lines of the session cookie, its chunks and its companion. */
export function sessionLines({ setCookies }: Visit): string[] {
  return setCookies.filter((line) => /^(?:__Secure-)?authjs\.(?:session-token[.=]|sign-in=)/.test(line))
}
