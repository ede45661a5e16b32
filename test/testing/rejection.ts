import type { ExpressAuthError } from "express-authjs"

/** Returns the error of a promise that must be rejected. */
export async function rejection(promise: Promise<unknown>): Promise<ExpressAuthError> {
  try {
    await promise
  } catch (error) {
    return error as ExpressAuthError
  }
  throw new Error("Expected a rejection")
}
