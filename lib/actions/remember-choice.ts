import type { ResolvedConfig } from "../config/resolve-config.js"
import type { Body } from "../http/read-body.js"

/** Values that mean no. An unticked box is not sent at all; scripts and hidden fields may send a value. */
const no: ReadonlySet<unknown> = new Set([undefined, null, false, 0, "", "0", "false", "no", "off"])

/**
 * Whether the visitor chose to stay signed in after closing the browser: as passed by the app or, with
 * `session.remember: "ask"`, from the field `remember`.
 *
 * @param chosen the app's option, if it has asked the visitor itself
 */
export function rememberChoice(
  { session }: Pick<ResolvedConfig, "session">,
  { remember }: Body,
  chosen?: boolean,
): boolean {
  if (chosen !== undefined) return chosen
  return session.remember !== "ask" || [remember].flat().some((said) => !no.has(said))
}
