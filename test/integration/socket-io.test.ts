import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { expect } from "chai"
import express from "express"
import { type ActiveSession, ExpressAuth } from "express-authjs"
import { Server } from "socket.io"
import { io as connect } from "socket.io-client"
import { claimsOfAda, secret, sessionCookie, tokenOf } from "../support/session-apps.js"

/** What `auth.session()` adds to the request of a socket. */
type Handshake = IncomingMessage & { auth: ActiveSession | null }

describe("Socket.IO", () => {
  for (const transport of ["polling", "websocket"])
    it(`finds the session of a ${transport} handshake, and refuses anonymous and foreign ones`, async () => {
      const auth = ExpressAuth({ secret, providers: [] })
      const server = createServer(express().use("/auth", auth))
      const io = new Server(server, {
        allowRequest: ({ headers }, done) => done(null, headers.origin !== "https://evil.example"),
      })
      io.engine.use(auth.session())
      io.use(({ request }, next) =>
        next((request as Handshake).auth ? undefined : new Error("Sign in first")),
      )
      io.on("connection", (socket) => socket.emit("name", (socket.request as Handshake).auth?.user.name))
      await once(server.listen(0, "localhost"), "listening")
      const url = `http://localhost:${(server.address() as AddressInfo).port}`
      const open = async (cookie: string, headers = {}) => {
        const extraHeaders = { cookie, ...headers }
        const socket = connect(url, { transports: [transport], extraHeaders, forceNew: true })
        const name = new Promise((resolve) => socket.once("name", resolve))
        const refused = new Promise((resolve) =>
          socket.once("connect_error", ({ message }) => resolve(message)),
        )
        const answer = await Promise.race([name, refused])
        socket.disconnect()
        return answer
      }
      try {
        const cookie = `${sessionCookie}=${await tokenOf(claimsOfAda())}`
        expect(await open(cookie)).to.equal("Ada Lovelace")
        expect(await open(cookie, { origin: "https://evil.example" })).to.equal(
          `${transport === "polling" ? "xhr poll" : "websocket"} error`,
        )
        expect(await open("")).to.equal("Sign in first")
      } finally {
        await io.close()
      }
    })
})
