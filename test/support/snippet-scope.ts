import type { Express, NextFunction, Request, Response } from "express"
import type { ExpressAuthConfig, ExpressAuthHandler } from "express-authjs"

/** The names that a fragment in the documentation may use without declaring them. */
export interface SnippetScope {
  app: Express
  auth: ExpressAuthHandler
  config: ExpressAuthConfig
  req: Request
  res: Response
  next: NextFunction
}
