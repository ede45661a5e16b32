import { createHash, randomBytes } from "node:crypto"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { decodeToken, encodeToken } from "../session/codec/token-codec.js"
import { identifierOf } from "./address-identifier.js"

/** What a mailed link about an address does: `confirm` the new address, or go back to the old one. */
export type LinkPurpose = "confirm" | "undo"

/** The content of a mailed link about an address. */
export interface AddressLink {
  /** Whose address it is. */
  readonly userId: string
  /** The address that the link was mailed to, and that the user has after following it. */
  readonly to: string
  /** The address that the user had when the link was made, if any. */
  readonly from: string | null
  /** Random; the database keeps a hash of it. */
  readonly id: string
}

/** Creates a link for one use. */
export function newLink(content: Omit<AddressLink, "id">): AddressLink {
  return { ...content, id: randomBytes(32).toString("base64url") }
}

/**
 * Encrypts a link with the app's secret: its URL reveals no address, and cannot be forged.
 *
 * @param maxAge seconds
 */
export function sealLink(link: AddressLink, purpose: LinkPurpose, config: Sealing, maxAge: number): string {
  return encodeToken({ ...link }, { ...keysOf(purpose, config), maxAge })
}

/** Decrypts a link. Returns `undefined` for anything but an unexpired link for this purpose. */
export function openLink(token: unknown, purpose: LinkPurpose, config: Sealing): AddressLink | undefined {
  if (typeof token !== "string") return
  const decoded = decodeToken(token, keysOf(purpose, config))
  if (decoded.status !== "valid") return
  const { userId, to, from, id } = decoded.payload
  return { userId: String(userId), to: String(to), from: from === null ? null : String(from), id: String(id) }
}

/** Returns the row that makes a confirmation work once. */
export function confirmRow({ userId, id }: AddressLink): TokenRow {
  return { identifier: identifierOf(userId), token: hash(`confirm ${id}`) }
}

/**
 * Returns the row that lets the owner of a former address go back to it. There is one for the user's current address,
 * whatever the former one was.
 */
export function undoRow(userId: string, current: string): TokenRow {
  return { identifier: identifierOf(userId), token: hash(`undo ${userId} ${current}`) }
}

interface TokenRow {
  readonly identifier: string
  readonly token: string
}

type Sealing = Pick<ResolvedConfig, "secrets" | "cookies">

/** The name of the session cookie keeps apps with the same secret apart. */
function keysOf(purpose: LinkPurpose, { secrets, cookies }: Sealing) {
  return { secrets, salt: `${cookies.plain.sessionToken.name} ${purpose} address` }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}
