import { readNames } from "../config/credentials-fields.js"
import type { SignInAttempt } from "../engine/sign-in-attempt.js"
import type { RefusedPerson } from "./record-refused.js"

/** Returns who tried to sign in. */
export function personOf({ fields, body, link }: SignInAttempt): RefusedPerson {
  return {
    userId: link?.userId,
    names: () => readNames(fields ?? {}, body),
    isLinking: link !== undefined,
  }
}
