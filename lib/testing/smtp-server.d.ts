/** The parts of smtp-server that we use. It has no types of its own. */
declare module "smtp-server" {
  import type { Server } from "node:net"
  import type { Readable } from "node:stream"

  interface SMTPServerOptions {
    disabledCommands?: string[]
    authOptional?: boolean
    closeTimeout?: number
    onRcptTo?(address: { address: string }, session: unknown, callback: (error?: Error | null) => void): void
    onData?(
      stream: Readable,
      session: { envelope: { rcptTo: { address: string }[] } },
      callback: (error?: Error | null) => void,
    ): void
  }

  export class SMTPServer {
    constructor(options?: SMTPServerOptions)
    readonly server: Server
    listen(port: number, host: string, callback: () => void): Server
    close(callback: () => void): void
    on(event: "error", listener: (error: Error) => void): this
  }
}
