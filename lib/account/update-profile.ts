import type { AdapterUser } from "@auth/core/adapters"
import { changeToken } from "../session/get-session.js"
import { type AccountCall, emit, requireMethods } from "./account-call.js"
import { type AccountResult, refused } from "./account-result.js"
import { hidingMark, type ShownUser } from "./shown-user.js"

/** The profile that users can change. What is absent stays as it is; `null` and `""` remove it. */
export interface ProfileChanges {
  /** The name, of at most 200 characters, without control characters. */
  readonly name?: string | null
  /** The address of a picture: an `https:` URL, or a path on this site, of at most 2048 characters. */
  readonly image?: string | null
}

/**
 * Changes the user's name and picture, in the database and in the session of this request.
 *
 * @throws {ConfigError} `ERR_AUTH_MISSING_ADAPTER`, `ERR_AUTH_ADAPTER_METHOD`
 */
export async function updateProfile(
  { context, userId }: AccountCall,
  changes: ProfileChanges,
): Promise<AccountResult<{ user: ShownUser }>> {
  const { config } = context
  const { getUser, updateUser } = requireMethods(config, "Changing a profile", ["getUser", "updateUser"])
  const stored = await getUser(userId)
  if (!stored) return refused("SessionRequired")
  const name = toName(unlessSame(changes.name, stored.name))
  const image = toImage(unlessSame(changes.image, stored.image))
  if (name === "invalid") return refused("InvalidName")
  if (image === "invalid") return refused("InvalidImage")
  const user = await updateUser({ id: userId, ...name, ...image })
  await showInSession(context, user)
  await emit(config, "updateUser", user)
  return { ok: true, user: hidingMark(user) }
}

/** Writes the stored profile into the token of this request's session. Database sessions read it from the user's row. */
export async function showInSession(
  { req, config }: AccountCall["context"],
  { name, email, image }: Partial<AdapterUser>,
): Promise<void> {
  await changeToken(req, config, (token) => ({
    ...token,
    name: name ?? null,
    email: email ?? null,
    picture: image ?? null,
  }))
}

/** What a provider has set is left alone, even if users may not enter it. */
function unlessSame(given: unknown, stored: unknown): unknown {
  return given === stored ? undefined : given
}

/** Controls, marks that reverse the direction of text, and halves of characters. */
const control = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
const maxNameLength = 200
const maxUrlLength = 2048

function toName(given: unknown): { name?: string | null } | "invalid" {
  if (given === undefined) return {}
  if (given === null) return { name: null }
  if (typeof given !== "string") return "invalid"
  const name = given.normalize("NFC").trim()
  if (name.length > maxNameLength || control.test(name)) return "invalid"
  return { name: name || null }
}

/** Other schemes can run code or contain the picture itself, and a password in a URL would be shown to all. */
function toImage(given: unknown): { image?: string | null } | "invalid" {
  if (given === undefined) return {}
  if (given === null) return { image: null }
  const text = typeof given === "string" ? given.trim() : "invalid"
  if (text === "") return { image: null }
  if (text.length > maxUrlLength || control.test(text)) return "invalid"
  if (/^\/(?![/\\])[^\\\s]*$/.test(text)) return { image: text }
  const url = /^https:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  return url && url.username === "" && url.password === "" ? { image: url.href } : "invalid"
}
