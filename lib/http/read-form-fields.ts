import type { Request } from "express"
import { ExpressAuthError } from "../errors.js"
import { type Body, readBody } from "./read-body.js"

/** A field of a posted form. Names may repeat. */
export type FormField = readonly [name: string, value: string]

/**
 * Returns the fields of a posted form such that posting them again has the same effect, whether the app has already
 * parsed the body (`express.urlencoded` with or without `extended`) or not.
 *
 * @param limit the maximum size of the form: in bytes while the body is unread, otherwise in characters
 * @returns `undefined` for a body that cannot be posted again: another media type, too large, malformed, or with values
 * that no form contains because a middleware changed them
 */
export async function readFormFields(req: Request, limit: number): Promise<FormField[] | undefined> {
  if (!req.is("application/x-www-form-urlencoded")) return
  const body = await readOrUndefined(req, limit)
  const fields = Object.entries(body ?? {}).flatMap(([name, value]) => flatten(name, value))
  if (!body || !fields.every(isText)) return
  const length = fields.reduce((sum, [name, value]) => sum + name.length + value.length + 2, 0)
  return length <= limit ? fields : undefined
}

async function readOrUndefined(req: Request, limit: number): Promise<Body | undefined> {
  try {
    return await readBody(req, limit)
  } catch (error) {
    if (error instanceof ExpressAuthError && error.code === "ERR_AUTH_BODY") return
    throw error
  }
}

/**
 * Reverts `extended`, which parses `a[b]=1` and `a[0]=1` to objects and arrays. Several strings are a repeated name.
 */
function flatten(name: string, value: unknown): (readonly [name: string, value: unknown])[] {
  if (Array.isArray(value)) {
    const isRepeated = value.length > 1 && value.every((item) => typeof item === "string")
    return value.flatMap((item, index) => flatten(isRepeated ? name : `${name}[${index}]`, item))
  }
  if (!isPlain(value)) return [[name, value]]
  return Object.entries(value).flatMap(([key, member]) => flatten(`${name}[${key}]`, member))
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function isText(field: readonly [string, unknown]): field is FormField {
  return typeof field[1] === "string"
}
