import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import { parseCookie } from "cookie"
import { LRUCache } from "lru-cache"
import type { CookieDefinition } from "../config/cookies.js"
import { perSource } from "../config/process-memory.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, expireCookie } from "../http/cookies.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import type { SentMail } from "./outbox.js"

/** The link of a mail whose code was asked for in this browser. */
export interface MailedLink {
  readonly provider: string
  readonly destination: string
  readonly identifier: string
  readonly token: string
  /** Whether the session outlives the browser, as the person chose when they asked. @default true */
  readonly remembered?: boolean | undefined
}

/** What the sealed cookie of the browser that asked holds. */
interface MailCode extends MailedLink {
  /** Names the rows that count the tries. */
  readonly id: string
  readonly hash: string
  /** Names the tries to show where no mail was sent. They are counted in this process alone. */
  readonly decoy?: string | undefined
}

export type CodeOutcome =
  | { readonly outcome: "right"; readonly link: MailedLink }
  | { readonly outcome: "wrong" | "dead"; readonly link?: MailedLink }

const maxTries = 5
/** Browsers keep no longer cookie. */
const maxCookieLength = 3800

/**
 * Lets the browser that asked for a mail use its code. The cookie can be replayed, so tries are counted in the
 * database: a try takes a row, and only a wrong one that was not the last puts the next.
 *
 * For an address that has had too many mails there is a cookie, too, which looks and lasts alike and shows as many tries, so
 * that nobody can tell. A browser that has asked before keeps its former code, with the tries that are left of it.
 *
 * @returns the cookie, or the removal of a former one where the mail has no code
 */
export async function startMailCode(
  context: AuthContext,
  { provider, destination, remembered }: Omit<MailedLink, "identifier" | "token">,
  { identifier, token, code, expires, hasCode, limited }: SentMail,
): Promise<Cookie[]> {
  const former = readMailCode(context)
  const asked = { provider, destination, identifier, token, remembered }
  if (!hasCode) return rememberLink(context, asked, expires)
  const id = randomBytes(16).toString("base64url")
  if (limited && former?.provider === provider && former.identifier === identifier) {
    const { expires: end, ...content } = former
    const { name, value } = sealMailCode(context, { ...content, remembered, decoy: id }, end)
    return [{ name, value, options: { ...optionsOf(context), maxAge: secondsUntil(expires) } }]
  }
  if (!limited && !(await allowTry(context, { id, number: 1, expires }))) return forgetMailCode(context)
  return [
    sealMailCode(context, { ...asked, id, hash: hashOf(id, code), ...(limited && { decoy: id }) }, expires),
  ]
}

/** A mail without a code has nothing to type; its link is known again for what was chosen when it was asked for. */
function rememberLink(context: AuthContext, link: MailedLink, expires: Date): Cookie[] {
  if (context.config.session.remember !== "ask") return forgetMailCode(context)
  return [sealMailCode(context, { ...link, id: "", hash: "" }, expires)]
}

/** A destination too long for a cookie is given up for the root of our origin. */
function sealMailCode(context: AuthContext, content: MailCode, expires: Date): Cookie {
  const maxAge = secondsUntil(expires)
  const seal = (sealed: MailCode) => encodeToken({ ...sealed }, { ...keysOf(context), maxAge })
  const whole = seal(content)
  const value =
    whole.length <= maxCookieLength ? whole : seal({ ...content, destination: `${context.origin}/` })
  return { name: nameOf(context), value, options: { ...optionsOf(context), maxAge } }
}

function secondsUntil(date: Date): number {
  return Math.max(1, Math.floor((date.getTime() - Date.now()) / 1000))
}

/** Whether a code can be typed into this browser: for the page that asks for it. */
export function readMailCode(context: AuthContext): AskedMail | undefined {
  const known = readAskedMail(context)
  return known?.hash ? known : undefined
}

type AskedMail = MailCode & { readonly expires: Date }

/** The mail that was asked for last in this browser. */
export function readAskedMail(context: AuthContext): AskedMail | undefined {
  const sealed = parseCookie(context.req.headers.cookie ?? "")[nameOf(context)]
  const decoded = sealed ? decodeToken(sealed, keysOf(context)) : undefined
  if (decoded?.status !== "valid") return
  const { exp = 0, ...content } = decoded.payload
  return { ...(content as unknown as MailCode), expires: new Date(Number(exp) * 1000) }
}

/** Compares what was typed with the code that was mailed. Whatever cannot be a code costs no try. */
export async function tryMailCode(context: AuthContext, typed: unknown): Promise<CodeOutcome> {
  const known = readMailCode(context)
  if (!known) return { outcome: "dead" }
  const { id, hash, decoy, expires: _end, ...link } = known
  const code = typeof typed === "string" ? typed.normalize("NFKC").replace(/[\s-]/g, "") : ""
  if (!/^\d{6}$/.test(code)) return { outcome: "wrong", link }
  if (decoy === id) return { outcome: (await tryNothing(context, id)) ? "wrong" : "dead", link }
  const taken = await takeTry(context, id)
  if (taken && timingSafeEqual(Buffer.from(hashOf(id, code)), Buffer.from(hash)))
    return { outcome: "right", link }
  const mayGoOn = taken !== undefined && taken.number < maxTries
  const next = mayGoOn && (await allowTry(context, { ...taken, number: taken.number + 1 }))
  const shown = decoy === undefined ? next : countDecoy(context, decoy) < maxTries
  return { outcome: shown ? "wrong" : "dead", link }
}

/** The removal of the cookie, where there is one. */
export function forgetMailCode(context: AuthContext): Cookie[] {
  const name = nameOf(context)
  const present = parseCookie(context.req.headers.cookie ?? "")[name] !== undefined
  return present ? [expireCookie(name, optionsOf(context))] : []
}

interface Try {
  readonly id: string
  readonly number: number
  readonly expires: Date
}

/** Without it the code is of no use; the link still is, so that is no reason to fail. */
async function allowTry({ config }: AuthContext, { expires, ...attempt }: Try): Promise<boolean> {
  try {
    await config.adapter?.createVerificationToken?.({ ...rowOf(attempt), expires })
    return true
  } catch (error) {
    config.logger.error(error)
    return false
  }
}

/** Of several requests at once one gets the row. */
async function takeTry({ config: { adapter } }: AuthContext, id: string): Promise<Try | undefined> {
  for (let number = 1; number <= maxTries; number++) {
    const row = await adapter?.useVerificationToken?.(rowOf({ id, number }))
    if (row) return row.expires.getTime() > Date.now() ? { id, number, expires: row.expires } : undefined
  }
  return undefined
}

const decoys = perSource(() => new LRUCache<string, number>({ max: 10_000 }))

/** @returns how many tries there were, this one included */
function countDecoy({ config }: AuthContext, decoy: string): number {
  const tries = Math.min(maxTries, (decoys(config).get(decoy) ?? 0) + 1)
  decoys(config).set(decoy, tries)
  return tries
}

/**
 * Takes a try at a code that was never mailed, and asks the database as often as a real one would.
 *
 * @returns whether there is another
 */
async function tryNothing(context: AuthContext, id: string): Promise<boolean> {
  const tries = countDecoy(context, id)
  for (let number = 0; number <= tries; number++)
    await context.config.adapter?.useVerificationToken?.(rowOf({ id, number }))
  return tries < maxTries
}

function rowOf({ id, number }: Pick<Try, "id" | "number">): { identifier: string; token: string } {
  return { identifier: `code-${number}`, token: hashOf(id, `try ${number}`) }
}

function hashOf(id: string, text: string): string {
  return createHash("sha256").update(`${id}.${text}`).digest("hex")
}

function keysOf(context: AuthContext) {
  return { secrets: context.config.secrets, salt: nameOf(context) }
}

/** Beside Auth.js's own cookies, under the user's prefix. */
function nameOf({ cookies }: AuthContext): string {
  return cookies.callbackUrl.name.replace(/(?:\.callback-url)?$/, ".mail-code")
}

function optionsOf(context: AuthContext): CookieDefinition["options"] {
  const path = nameOf(context).startsWith("__Host-") ? "/" : context.basePath
  return { ...context.cookies.callbackUrl.options, path }
}
