import type { Request, Response } from "express"
import { warnOnce } from "../config/process-memory.js"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { builtInLanguages, matchLanguage } from "../texts/languages.js"
import { type Texts, textsOf } from "../texts/texts.js"

type Languages = Pick<ResolvedConfig, "locale" | "texts" | "logger" | "memory">

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

/** Returns the texts where there is no request: in the app's `locale` if that is a language, else in English. */
export function appTexts({ locale, texts }: Pick<Languages, "locale" | "texts">): Texts {
  return textsOf(matchLanguage([locale], [...builtInLanguages, ...Object.keys(texts)]) ?? "en", texts)
}

/** If the function fails, the header decides: the sign-in page must not fail with it. */
function localeOf(req: Request, config: Languages): unknown {
  const { locale, logger } = config
  if (typeof locale !== "function") return locale
  try {
    const chosen: unknown = locale(req)
    if (chosen instanceof Promise) refusePromise(chosen, config)
    return chosen
  } catch (error) {
    logger.error(error)
    return undefined
  }
}

function refusePromise(promise: Promise<unknown>, config: Languages): void {
  promise.catch((error: unknown) => config.logger.error(error))
  const message =
    "`locale` returned a promise, so the Accept-Language header decides. Load the language in a middleware before " +
    "the mount, and return it from there, e.g. locale: (req) => req.user.language."
  warnOnce(config, { code: "locale", message })
}
