import type { Request, Response } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { builtInLanguages, matchLanguage } from "../texts/languages.js"
import { type Texts, textsOf } from "../texts/texts.js"

type Languages = Pick<ResolvedConfig, "locale" | "texts" | "logger">

/**
 * Returns the texts of pages and mails in the language of a request: the app's `locale`, else the first language of
 * `Accept-Language` that there are texts for, else English.
 *
 * @param res gets `Vary: Accept-Language` if that header decided; omit it if the response contains no text
 */
export function requestTexts(req: Request, config: Languages, res?: Response): Texts {
  const languages = [...builtInLanguages, ...Object.keys(config.texts)]
  const chosen = matchLanguage([localeOf(req, config)], languages)
  if (chosen) return textsOf(chosen, config.texts)
  res?.vary("Accept-Language")
  return textsOf(matchLanguage(req.acceptsLanguages(), languages) ?? "en", config.texts)
}

/** A failing function must not take the sign-in page away: the header decides. */
function localeOf(req: Request, { locale, logger }: Languages): string | undefined {
  if (typeof locale !== "function") return locale
  try {
    return locale(req)
  } catch (error) {
    logger.error(error instanceof Error ? error : new Error("`locale` failed.", { cause: error }))
    return undefined
  }
}
