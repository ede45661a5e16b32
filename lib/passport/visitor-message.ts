/** A challenge of an HTTP authentication scheme (RFC 9110, section 11.1), which is not meant for visitors. */
const challenge =
  /^(?:[\w!#$%&'*+.^`|~-]+ +[\w-]+ *=|(?:basic|bearer|digest|negotiate|ntlm|oauth|mutual|scram-\S+)$)/i

/**
 * Extracts the message for visitors from a strategy's `info`: a string, an object with `message` or `msg`, or an array
 * of these, as `done(null, false, info)` and `req.flash()` take them.
 *
 * @returns `undefined` when there is none, for a challenge such as `Basic realm="x"`, and for an `Error`, whose message
 * is not written for visitors
 */
export function visitorMessage(info: unknown, depth = 0): string | undefined {
  if (typeof info === "string") return info === "" || challenge.test(info) ? undefined : info
  if (typeof info !== "object" || info === null || info instanceof Error || depth > 3) return
  if (!Array.isArray(info)) {
    const { message, msg } = info as { message?: unknown; msg?: unknown }
    return visitorMessage(message, depth + 1) ?? visitorMessage(msg, depth + 1)
  }
  const texts = info.map((one) => visitorMessage(one, depth + 1)).filter((text) => text !== undefined)
  return texts.length > 0 ? texts.join(" ") : undefined
}
