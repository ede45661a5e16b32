import type { AdapterUser } from "@auth/core/adapters"
import { isMark } from "../engine/unlinked-mark.js"

/** A user as stored, as the user may see it. */
export interface ShownUser {
  /** The user's id. */
  readonly id: string
  /** The name, if there is one. */
  readonly name: string | null
  /** The e-mail address, if there is one. */
  readonly email: string | null
  /** When the address was proven, if it was. */
  readonly emailVerified: Date | null
  /** The address of the picture, if there is one. */
  readonly image: string | null
}

/** Returns the fields of Auth.js, without the mark that stands for a picture until the first sign-in is complete. */
export function hidingMark(user: AdapterUser): ShownUser {
  const { id, name, email, emailVerified, image } = user
  return {
    id,
    name: name ?? null,
    email: email ?? null,
    emailVerified: emailVerified ?? null,
    image: image && !isMark(image) ? image : null,
  }
}
