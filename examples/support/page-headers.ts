import type { RequestHandler } from "express"
import helmet from "helmet"

/**
 * Sets the CSP of the demo's pages: nothing inline, and nothing from other origins except the provider's pictures. Omits
 * directives that require HTTPS, because localhost has none.
 */
export function pageHeaders(provider: string): RequestHandler {
  const self = ["'self'"]
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        ...{ styleSrc: self, scriptSrc: self, connectSrc: self, frameSrc: self, formAction: self },
        imgSrc: [...self, provider],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  })
}
