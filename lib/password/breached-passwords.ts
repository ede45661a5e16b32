import { createHash } from "node:crypto"
import { boundExchange, type Fetch } from "../http/bound-fetch.js"

/** Where and how to ask for breached passwords. */
export interface BreachOptions {
  /** The start of the URL of the range API, e.g. of a copy of your own. @default "https://api.pwnedpasswords.com/range/" */
  url?: string
  /** Milliseconds to wait for the response. @default 2000 */
  timeout?: number
  /** Sends the request, e.g. through a proxy. @default the global `fetch` */
  fetch?: Fetch
}

/** Whether a password has appeared in a breach. Never rejects. */
export type BreachCheck = (password: string) => Promise<boolean>

/** A padded range has 1,000 lines of 50 bytes at most. */
const maxBytes = 256 * 1024

/**
 * Creates a check with the range API of Have I Been Pwned, or a copy of it. The service receives five of the forty
 * digits of the password's SHA-1, which hundreds of breached passwords share, and a padded response hides which. If it
 * does not answer in time, the password counts as not breached, and `onFailure` is called.
 *
 * @see https://haveibeenpwned.com/API/v3#PwnedPasswords
 */
export function createBreachCheck(
  { url = "https://api.pwnedpasswords.com/range/", timeout = 2000, fetch }: BreachOptions,
  onFailure: (error: unknown) => void,
): BreachCheck {
  const exchange = boundExchange(fetch, { timeout, maxBytes })
  return async (password) => {
    const digest = createHash("sha1").update(password).digest("hex").toUpperCase()
    const [prefix, suffix] = [digest.slice(0, 5), digest.slice(5)]
    try {
      const { status, body } = await exchange(url + prefix, {
        headers: { "Add-Padding": "true", "User-Agent": "express-authjs" },
      })
      if (status !== 200) throw new Error(`The range API of breached passwords answered ${status}`)
      return isListed(suffix, body?.toString() ?? "")
    } catch (error) {
      onFailure(error)
      return false
    }
  }
}

/** Padding has a count of 0. */
function isListed(suffix: string, range: string): boolean {
  return range.split(/\r?\n/).some((line) => {
    const [listed, count] = line.split(":")
    return listed?.toUpperCase() === suffix && Number(count) > 0
  })
}
