import type { Request } from "express"
import { ExpressAuthError } from "../errors.js"

// Written by hand, not with express.json() and express.urlencoded(): the app may have parsed the body before us, with
// any parser. Only raw-body, on which Express's parsers are built, reads the stream.

/** The fields of a form, or the members of a JSON object. Repeated form fields become arrays. */
export type Body = Readonly<Record<string, unknown>>

/**
 * Returns the body of a request, whether the app has already parsed it (`express.json`, `urlencoded`, `text`, `raw`, or
 * any parser that fills `req.body`) or not.
 *
 * @param limit the maximum size of a body that is still unread, in bytes
 * @throws {ExpressAuthError} `ERR_AUTH_BODY`: 400 malformed or truncated, 413 too large, 415 unsupported media type
 */
export async function readBody(req: Request, limit: number): Promise<Body> {
  const ownRead = bodies.get(req)
  if (ownRead) return ownRead
  const parsed: unknown = req.body
  if (typeof parsed === "string" || Buffer.isBuffer(parsed)) return parse(req, parsed.toString())
  if (typeof parsed === "object" && parsed !== null && !isUnread(req, parsed)) return toBody(parsed)
  if (req.readableEnded) return parsed === undefined || parsed === null ? {} : toBody(parsed)
  const body = readText(req, limit).then((text) => parse(req, text))
  bodies.set(req, body)
  return body
}

/** Bodies that we read ourselves, since a stream can be read only once. */
const bodies = new WeakMap<Request, Promise<Body>>()

/** Express 4's parsers set `{}` when they do not read the body. */
function isUnread(req: Request, parsed: object): boolean {
  return Object.keys(parsed).length === 0 && !req.readableEnded && hasBody(req)
}

function hasBody(req: Request): boolean {
  return req.headers["transfer-encoding"] !== undefined || Number(req.headers["content-length"]) > 0
}

/** Importing the package stays cheap: the reader loads with the first body. Repeating the `import()` costs time. */
let rawBody: ReturnType<typeof loadRawBody> | undefined

function loadRawBody() {
  return import("raw-body")
}

async function readText(req: Request, limit: number): Promise<string> {
  if (!hasBody(req)) return ""
  requireKnownType(req)
  if ((req.headers["content-encoding"] ?? "identity") !== "identity") throw unknownType()
  try {
    rawBody ??= loadRawBody()
    const { default: getRawBody } = await rawBody
    return await getRawBody(req, { limit, length: req.headers["content-length"] ?? null, encoding: "utf-8" })
  } catch (cause) {
    throw toBodyError(cause, limit)
  }
}

function toBodyError(cause: unknown, limit: number): ExpressAuthError {
  const tooLarge = cause instanceof Error && "type" in cause && cause.type === "entity.too.large"
  return tooLarge
    ? bodyError(413, `The request body is larger than ${limit} bytes (option \`bodyLimit\`).`, cause)
    : bodyError(400, "The request body ended early or could not be read.", cause)
}

const knownTypes = ["application/json", "application/x-www-form-urlencoded"]

/** Returns the one of `knownTypes` that the request has. */
function requireKnownType(req: Request): string {
  const type = req.is(knownTypes)
  if (type) return type
  throw unknownType()
}

function unknownType(): ExpressAuthError {
  return bodyError(
    415,
    "Send the body as application/json or application/x-www-form-urlencoded, not compressed.",
  )
}

function parse(req: Request, text: string): Body {
  if (text === "") return {}
  return requireKnownType(req) === "application/json" ? toBody(parseJson(text)) : parseForm(text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw bodyError(400, "The request body is not valid JSON.", cause)
  }
}

function parseForm(text: string): Body {
  const form = new URLSearchParams(text)
  const names = [...new Set(form.keys())].filter(isSafeName)
  return Object.fromEntries(names.map((name) => [name, unwrap(form.getAll(name))]))
}

function unwrap(values: readonly string[]): string | readonly string[] {
  const [only] = values
  return values.length === 1 && only !== undefined ? only : values
}

const maxDepth = 32

/** Apps pass the body to `Object.assign(token, session)` in callbacks. */
function isSafeName(name: string): boolean {
  return name !== "__proto__"
}

/** Copies without `__proto__` members. */
function toBody(value: unknown): Body {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw bodyError(400, "The request body must be a JSON object or a form.")
  if (depthOf(value) > maxDepth)
    throw bodyError(400, `The request body is nested deeper than ${maxDepth} levels.`)
  return copyMembers(value)
}

function copyMembers(value: object): Body {
  const members = Object.entries(value).filter(([name]) => isSafeName(name))
  return Object.fromEntries(members.map(([name, member]) => [name, copyPlain(member)]))
}

function copyPlain(value: unknown): unknown {
  return Array.isArray(value) ? value.map(copyPlain) : isPlain(value) ? copyMembers(value) : value
}

/** Whether to copy a value. Parsers create objects with or without a prototype; class instances stay as they are. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Iterates by level, because recursion could overflow the stack on a hostile body. */
function depthOf(value: object): number {
  let depth = 0
  let level: unknown[] = [value]
  while (level.length > 0 && depth <= maxDepth) {
    depth += 1
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []))
  }
  return depth
}

function bodyError(status: number, message: string, cause?: unknown): ExpressAuthError {
  return new ExpressAuthError("ERR_AUTH_BODY", message, { status, cause })
}
