import { type AddressInfo, connect, createServer, type Socket } from "node:net"

/** A proxy that can stop forwarding without closing connections, like a firewall that has dropped its state. */
export interface SilentProxy {
  /** The server's URL, by way of the proxy. */
  readonly url: string
  /** Drops all data on connections open now, in both directions. New connections are served. */
  silence(): void
  /** Connections that clients have opened so far. */
  readonly opened: number
  close(): Promise<void>
}

export async function startSilentProxy(serverUrl: string): Promise<SilentProxy> {
  const { hostname, port } = new URL(serverUrl)
  const pairs: [Socket, Socket][] = []
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    for (const socket of [client, upstream]) socket.on("error", () => {})
    client.pipe(upstream).pipe(client)
    pairs.push([client, upstream])
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    silence: () => {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream)
        upstream.unpipe(client)
        client.resume()
        upstream.resume()
      }
    },
    get opened() {
      return pairs.length
    },
    close: async () => {
      for (const socket of pairs.flat()) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
