import express, { type Request } from "express"
import { Agent, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici"
import { listen } from "./listen.js"

/** A request that was meant for some host. */
export interface Asked {
  method: string
  /** With the host it was meant for, and the query. */
  url: string
  headers: Request["headers"]
  body: string
}

/** JSON, or what a function makes of the request. */
export type Reply = object | ((asked: Asked) => Response | Promise<Response>)

export interface Internet {
  /** By method and address without query: `"GET https://api.example.com/me"`. Everything else is 404. */
  replies: Map<string, Reply>
  asked: Asked[]
  close(): Promise<void>
}

/**
 * Answers for every https host there is: until it is closed, Node's `fetch` connects to a server of the tests, which
 * finds the host at the beginning of the path. Plain http goes where it is addressed to.
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
