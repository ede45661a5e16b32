// A front end, with the types of the DOM and without those of Node.
import { type AuthClientResult, createClient, idle, onSession, signIn } from "express-authjs/client"
import type { Browser } from "../../../lib/client/browser.js"

declare module "@auth/core/types" {
  interface Session {
    user: { role: string } & DefaultSession["user"]
  }
}

/** What lib/client expects of a browser is what browsers have. */
export const browser: Browser = window

export const stop: () => void = onSession((session, previous) => {
  document.title = session?.user.name ?? "Nobody"
  if (previous && !session) location.reload()
})

export async function submit(form: HTMLFormElement): Promise<string> {
  const fields = Object.fromEntries(new FormData(form))
  const result: AuthClientResult = await signIn("credentials", { ...fields, redirect: false })
  return result.error ?? "Welcome"
}

const { getSession } = createClient({ baseUrl: "https://api.example.com" })
export const role: Promise<string | undefined> = getSession().then((session) => session?.user.role)

idle({ warnAfter: 60, signOutAfter: 90, onWarn: (date) => console.log(date.toISOString()) })
// @ts-expect-error both times are required
idle({ warnAfter: 60 })
