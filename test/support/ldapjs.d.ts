declare module "ldapjs" {
  import type { Server as NetServer } from "node:net"

  interface Request {
    dn: { toString(): string }
    credentials: string
    scope: string
    filter: { matches(attributes: object): boolean }
  }

  interface Response {
    send(entry: { dn: string; attributes: Record<string, string | string[]> }): void
    end(): void
  }

  type Handler = (req: Request, res: Response, next: (error?: Error) => void) => void

  interface Server {
    readonly server: NetServer
    readonly url: string
    bind(base: string, handler: Handler): void
    search(base: string, handler: Handler): void
    listen(port: number, host: string, callback: () => void): void
    close(callback: () => void): void
  }

  export class InvalidCredentialsError extends Error {}
  const ldapjs: { createServer(): Server; InvalidCredentialsError: typeof InvalidCredentialsError }
  export default ldapjs
}
