// node run-snippet.ts <module>: loads an app from the documentation, requests two pages and exits.
import { createServer, Server } from "node:http"
import type { AddressInfo } from "node:net"
import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type { Express } from "express"

/** Gives the app a free port instead of the one it requests. */
function interceptListen(): Server[] {
  const { listen } = Server.prototype
  const servers: Server[] = []
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    servers.push(this)
    const listener = args.find((argument): argument is () => void => typeof argument === "function")
    return Reflect.apply(listen, this, [0, "localhost", listener])
  }
  return servers
}

/** An app is exported by name, as the default, or as `module.exports` or a property of it. */
function findApp(module: { app?: unknown; default?: unknown }): Express | undefined {
  const exported = Object(module.default)
  return [module.app, exported.app, exported].find((value) => typeof value === "function")
}

async function request(server: Server, path: string): Promise<void> {
  if (!server.listening) await new Promise((resolve) => server.once("listening", resolve))
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://localhost:${port}${path}`, { redirect: "manual" })
  if (response.status >= 500)
    throw new Error(`GET ${path} answers ${response.status}: ${await response.text()}`)
}

const servers = interceptListen()
const module = await import(pathToFileURL(resolve(process.argv[2] ?? "")).href)
await new Promise(setImmediate)
const app = findApp(module)
if (servers.length === 0 && app) createServer(app).listen(0)
const [server] = servers
if (!server) throw new Error("The snippet neither listens nor exports an app")
await request(server, "/")
await request(server, "/auth/signin")
process.exit(0)
