import express, { type Request } from "express"
import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici"
import { listen } from "./listen.js"

/** A request that was sent to some host. */
export interface Asked {
  method: string
  /** The original URL, with its host and query. */
  url: string
  headers: Request["headers"]
  body: string
}

/** A JSON body, or a function that responds to the request. */
export type Reply = object | ((asked: Asked) => Response | Promise<Response>)

export interface Internet {
  /** By method and address without query: `"GET https://api.example.com/me"`. Everything else is 404. */
  replies: Map<string, Reply>
  asked: Asked[]
  close(): Promise<void>
}

/**
 * Stands in for every https host: until it is closed, Node's `fetch` connects to a local server, which
 * reads the host from the start of the path. Plain http requests are not redirected.
 */
export async function startInternet(): Promise<Internet> {
  const replies = new Map<string, Reply>()
  const asked: Asked[] = []
  const app = express()
  app.use(express.text({ type: () => true }))
  app.use(async (req, res) => {
    const one = toAsked(req)
    asked.push(one)
    const reply = replies.get(`${one.method} ${one.url.replace(/\?.*/s, "")}`)
    const response =
      typeof reply === "function"
        ? await reply(one)
        : Response.json(reply ?? { error: "unknown" }, { status: reply ? 200 : 404 })
    res.status(response.status).set(Object.fromEntries(response.headers))
    res.send(Buffer.from(await response.arrayBuffer()))
  })
  const server = await listen(app)
  const before = getGlobalDispatcher()
  setGlobalDispatcher(new Detour(server.url))
  const close = () => {
    setGlobalDispatcher(before)
    return server.close()
  }
  return { replies, asked, close }
}

class Detour extends Agent {
  readonly #to: string

  constructor(to: string) {
    super()
    this.#to = to
  }

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandlers): boolean {
    const { protocol, host } = new URL(String(options.origin))
    if (protocol !== "https:") return super.dispatch(options, handler)
    return super.dispatch({ ...options, origin: this.#to, path: `/${host}${options.path}` }, handler)
  }
}

function toAsked({ method, url, headers, body }: Request): Asked {
  return { method, url: `https:/${url}`, headers, body: typeof body === "string" ? body : "" }
}
