import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import { LRUCache } from "lru-cache"
import { perSource } from "../config/process-memory.js"
import type { CookieDefinition } from "../config/resolve-cookies.js"
import type { AuthContext } from "../http/auth-context.js"
import { type Cookie, cookiesOf, expireCookie } from "../http/cookies.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import type { SentMail } from "./outbox.js"

/** The link of a mail whose code was requested in this browser. */
export interface MailedLink {
  /** The e-mail provider's id. */
  readonly provider: string
  /** Where to go after the sign-in, as an absolute URL. */
  readonly destination: string
  /** The address to which it was mailed. */
  readonly identifier: string
  /** The link's token. */
  readonly token: string
  /** Whether the session outlives the browser, as chosen when the mail was requested. @default true */
  readonly remembered?: boolean | undefined
  /** When this browser requested mails to this address, in seconds since 1970. The latest come last. */
  readonly requests?: readonly number[]
}

/** The content of the sealed cookie in the browser that requested the mail. */
interface MailCode extends MailedLink {
  /** The key of the rows that count attempts. */
  readonly id: string
  /** Empty if the mail has no code, or its code is dead. */
  readonly hash: string
  /** The key of simulated attempts, when no mail was sent. They are counted in this process only. */
  readonly decoy?: string | undefined
}

/** The result of an attempt: `wrong` leaves another attempt, `dead` leaves none. */
export type CodeOutcome =
  | { readonly outcome: "right"; readonly link: MailedLink }
  | { readonly outcome: "wrong" | "dead"; readonly link?: MailedLink }

const maxTries = 5
/** Characters of the cookie's value; browsers reject longer ones. */
const maxCookieLength = 3800
/** As many as an address gets in a day by default. */
const maxRequests = 20

/**
 * Starts the code of a mail in the browser that requested it. The cookie can be replayed, so attempts are counted in
 * the database: each takes a row, and a wrong one that was not the last adds the next row.
 *
 * An address that has had too many mails gets a cookie that looks and lasts the same and simulates as many attempts, so
 * that the limit cannot be observed. A browser that requested a mail before keeps its earlier code and remaining
 * attempts.
 *
 * A mail without a code gets a cookie too, so that the page can show its address and have it sent again.
 */
export async function startMailCode(
  context: AuthContext,
  { provider, destination, remembered }: Pick<MailedLink, "provider" | "destination" | "remembered">,
  { identifier, token, code, expires, hasCode, limited }: SentMail,
): Promise<Cookie[]> {
  const last = readRequestedMail(context)
  const previous = last?.provider === provider && last.identifier === identifier ? last : undefined
  const requests = [...(previous?.requests ?? []), Math.floor(Date.now() / 1000)].slice(-maxRequests)
  const link = { provider, destination, identifier, token, remembered, requests }
  if (!hasCode) return [sealMailCode(context, { ...link, id: "", hash: "" }, expires)]
  const id = randomBytes(16).toString("base64url")
  if (limited && previous?.hash) {
    const { expires: end, ...content } = previous
    const { name, value } = sealMailCode(context, { ...content, remembered, requests, decoy: id }, end)
    return [{ name, value, options: { ...optionsOf(context), maxAge: secondsUntil(expires) } }]
  }
  if (!limited && !(await allowTry(context, { id, number: 1, expires }))) return forgetMailCode(context)
  return [
    sealMailCode(context, { ...link, id, hash: hashOf(id, code), decoy: limited ? id : undefined }, expires),
  ]
}

/** Replaces a destination that is too long for a cookie by the root of our origin. */
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

/**
 * Reads the mail whose code can be entered in this browser.
 *
 * @returns `undefined` if there is none, or its mail has no code
 */
export function readMailCode(context: AuthContext): RequestedMail | undefined {
  const requested = readRequestedMail(context)
  return requested?.hash ? requested : undefined
}

type RequestedMail = MailCode & { readonly expires: Date }

/**
 * Reads the last mail requested in this browser.
 *
 * @returns `undefined` without a valid cookie
 */
export function readRequestedMail(context: AuthContext): RequestedMail | undefined {
  const sealed = cookiesOf(context.req)[nameOf(context)]
  const decoded = sealed ? decodeToken(sealed, keysOf(context)) : undefined
  if (decoded?.status !== "valid") return
  const { exp = 0, ...content } = decoded.payload
  return { ...(content as unknown as MailCode), expires: new Date(Number(exp) * 1000) }
}

/**
 * Checks an entered code. Input that cannot be a code costs no attempt.
 *
 * @param typed the input: six digits, with spaces or hyphens between them allowed
 * @throws whatever the adapter throws
 */
export async function tryMailCode(context: AuthContext, typed: unknown): Promise<CodeOutcome> {
  const requested = readMailCode(context)
  if (!requested) return { outcome: "dead" }
  const { id, hash, decoy, expires: _expires, ...link } = requested
  const code = typeof typed === "string" ? typed.normalize("NFKC").replace(/[\s-]/g, "") : ""
  if (!/^\d{6}$/.test(code)) return { outcome: "wrong", link }
  if (decoy === id) return { outcome: (await simulateTry(context, id)) ? "wrong" : "dead", link }
  const taken = await takeTry(context, id)
  if (taken && timingSafeEqual(Buffer.from(hashOf(id, code)), Buffer.from(hash)))
    return { outcome: "right", link }
  const hasNext = taken !== undefined && taken.number < maxTries
  const next = hasNext && (await allowTry(context, { ...taken, number: taken.number + 1 }))
  const shown = decoy === undefined ? next : countDecoy(context, decoy) < maxTries
  return { outcome: shown ? "wrong" : "dead", link }
}

/** Keeps the address and the destination of a mail whose code no longer works, so that it can be sent again. */
export function dropMailCode(context: AuthContext): Cookie[] {
  const requested = readRequestedMail(context)
  if (!requested) return forgetMailCode(context)
  const { expires, decoy: _decoy, ...content } = requested
  return [sealMailCode(context, { ...content, id: "", hash: "" }, expires)]
}

/** Returns the removal of the cookie, if the browser sent it. */
export function forgetMailCode(context: AuthContext): Cookie[] {
  const name = nameOf(context)
  const present = cookiesOf(context.req)[name] !== undefined
  return present ? [expireCookie(name, optionsOf(context))] : []
}

interface Try {
  readonly id: string
  readonly number: number
  readonly expires: Date
}

/** Without the row the code does not work. The link still does, so a failure is only logged. */
async function allowTry({ config }: AuthContext, { expires, ...attempt }: Try): Promise<boolean> {
  try {
    await config.adapter?.createVerificationToken?.({ ...rowOf(attempt), expires })
    return true
  } catch (error) {
    config.logger.error(error)
    return false
  }
}

/** Takes the current attempt; only one of several concurrent requests gets its row. */
async function takeTry({ config: { adapter } }: AuthContext, id: string): Promise<Try | undefined> {
  for (let number = 1; number <= maxTries; number++) {
    const row = await adapter?.useVerificationToken?.(rowOf({ id, number }))
    if (row) return row.expires.getTime() > Date.now() ? { id, number, expires: row.expires } : undefined
  }
  return undefined
}

const decoys = perSource(() => new LRUCache<string, number>({ max: 10_000 }))

/**
 * Counts a simulated attempt.
 *
 * @returns the number of attempts, including this one
 */
function countDecoy({ config }: AuthContext, decoy: string): number {
  const tries = Math.min(maxTries, (decoys(config).get(decoy) ?? 0) + 1)
  decoys(config).set(decoy, tries)
  return tries
}

/**
 * Simulates an attempt at a code that was never mailed, with as many database queries as a real one.
 *
 * @returns whether another attempt is left
 */
async function simulateTry(context: AuthContext, id: string): Promise<boolean> {
  const tries = countDecoy(context, id)
  for (let number = 0; number <= tries; number++)
    await context.config.adapter?.useVerificationToken?.(rowOf({ id, number }))
  return tries < maxTries
}

function rowOf({ id, number }: Pick<Try, "id" | "number">): { identifier: string; token: string } {
  return { identifier: `code-${number}`, token: hashOf(id, `try ${number}`) }
}

function hashOf(id: string, value: string): string {
  return createHash("sha256").update(`${id}.${value}`).digest("hex")
}

function keysOf(context: AuthContext) {
  return { secrets: context.config.secrets, salt: nameOf(context) }
}

/** Uses the prefix of the callback URL's cookie. */
function nameOf({ cookies }: AuthContext): string {
  return cookies.callbackUrl.name.replace(/(?:\.callback-url)?$/, ".mail-code")
}

function optionsOf(context: AuthContext): CookieDefinition["options"] {
  const path = nameOf(context).startsWith("__Host-") ? "/" : context.basePath
  return { ...context.cookies.callbackUrl.options, path }
}
