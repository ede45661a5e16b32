/** Schemes of HTTP authentication (RFC 9110, section 11.1): their challenges are for clients, not for people. */
const challenge =
  /^(?:[\w!#$%&'*+.^`|~-]+ +[\w-]+ *=|(?:basic|bearer|digest|negotiate|ntlm|oauth|mutual|scram-\S+)$)/i

/**
 * The text for people in what a verify function or a strategy says: a string, an object with `message` or `msg`, or an array
 * of these, as `done(null, false, info)` and `req.flash()` take them.
 *
 * @returns `undefined` where there is none: for a challenge such as `Basic realm="x"`, and for an error, whose text is not
 * written for visitors
 */
export function saidText(said: unknown, depth = 0): string | undefined {
  if (typeof said === "string") return said === "" || challenge.test(said) ? undefined : said
  if (typeof said !== "object" || said === null || said instanceof Error || depth > 3) return
  if (!Array.isArray(said)) {
    const { message, msg } = said as { message?: unknown; msg?: unknown }
    return saidText(message, depth + 1) ?? saidText(msg, depth + 1)
  }
  const texts = said.map((one) => saidText(one, depth + 1)).filter((text) => text !== undefined)
  return texts.length > 0 ? texts.join(" ") : undefined
}
