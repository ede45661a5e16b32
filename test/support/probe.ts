import express, { type Application, type Request, type RequestHandler, type Response } from "express"
import { ExpressAuthError } from "../../lib/errors.js"

/** An app that responds with the result of a function: `{ value }`, or `{ code, status }` of its error. */
export function probe(
  read: (req: Request, res: Response) => unknown,
  prepare: readonly RequestHandler[] = [],
  create: () => Application = express,
): Application {
  const app = create()
  for (const handler of prepare) app.use(handler)
  app.use(async (req, res) => {
    try {
      res.json({ value: await read(req, res) })
    } catch (error) {
      if (!(error instanceof ExpressAuthError)) throw error
      res.json({ code: error.code, status: error.status, message: error.message })
    }
  })
  return app
}
