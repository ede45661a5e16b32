import type { Request } from "express"
import type { ResolvedConfig } from "../config/resolve-config.js"
import { toTextResponse } from "../http/send-web-response.js"
import { developerErrorHeaders, renderDeveloperErrorPage } from "../pages/developer-error.js"

/** An error to show to the developer. */
interface DeveloperError {
  readonly error: Error
  readonly status: number
  /** Absent if the configuration is what fails. */
  readonly config: Pick<ResolvedConfig, "secrets" | "baseSecrets" | "providers"> | undefined
  /** The URL of the page that visitors see instead; absent if the error goes to `next`. */
  readonly visitorPage?: string
}

/** Creates the response that shows an error to the developer. Callers check that the developer made the request. */
export function toDeveloperErrorResponse(
  req: Request,
  { error, status, config, visitorPage }: DeveloperError,
): Response {
  const html = renderDeveloperErrorPage({
    ...{ error, status, visitorPage },
    request: `${req.method} ${req.originalUrl.replace(/\?.*/, "")}`,
    host: req.headers.host ?? "",
    secrets: config ? secretsOf(config) : [],
  })
  return toTextResponse(html, { status, headers: developerErrorHeaders() })
}

function secretsOf({ secrets, baseSecrets, providers }: NonNullable<DeveloperError["config"]>): string[] {
  const ofProviders = providers.map((provider): unknown[] =>
    "clientSecret" in provider ? [provider.clientSecret] : "apiKey" in provider ? [provider.apiKey] : [],
  )
  return [...secrets, ...baseSecrets, ...ofProviders.flat()].filter((value) => typeof value === "string")
}
