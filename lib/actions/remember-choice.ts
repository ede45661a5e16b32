import type { ResolvedConfig } from "../config/resolve-config.js"
import type { Body } from "../http/read-body.js"

/** A box that is not ticked is not sent at all; scripts and hidden fields may spell it out. */
const no: ReadonlySet<unknown> = new Set([undefined, null, false, 0, "", "0", "false", "no", "off"])

/**
 * Whether whoever signs in wishes to stay signed in when the browser is closed: as the app says or, where people are
 * asked (`session.remember: "ask"`), as the field `remember` does.
 *
 * @param chosen by the app, which asked in its own way
 */
export function wishesToBeRemembered(
  { session }: Pick<ResolvedConfig, "session">,
  { remember }: Body,
  chosen?: boolean,
): boolean {
  if (chosen !== undefined) return chosen
  return session.remember !== "ask" || [remember].flat().some((said) => !no.has(said))
}
