import type { RequestHandler } from "express"
import helmet from "helmet"

/**
 * What the pages of the demo may do: nothing inline, nothing from elsewhere but pictures of the provider. Without what
 * needs HTTPS, which a browser would not find on localhost.
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
