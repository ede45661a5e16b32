import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { Aggregator } from "mingo"
import type { Document } from "mongodb"
import { MongoCollection, MongoFault } from "./mongo-collection.js"
import { cutMessages, writeReply } from "./mongo-wire.js"

/**
 * A server for MongoDB drivers: the real protocol on a real socket, queries by mingo, everything in memory. It
 * replaces MongoDB where none is available; set `MONGODB_URL` to run the same tests on MongoDB itself.
 */
export interface MongoServer {
  readonly url: string
  /** The names of all commands so far, without the drivers' monitoring commands. */
  readonly commands: readonly string[]
  /** Listens again on the same port. */
  start(): Promise<void>
  /** Closes all connections and keeps the data. */
  stop(): Promise<void>
  /** Reads requests without responding, until `resume`. */
  suspend(): void
  resume(): void
  connections(): number
}

type Run = (command: Document) => Document

const watching = ["hello", "ismaster", "isMaster", "ping", "endSessions"]

export async function startMongoServer(): Promise<MongoServer> {
  const run = createCommands()
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const answer: Run = (command) => {
    const name = Object.keys(command)[0] ?? ""
    if (!watching.includes(name)) commands.push(name)
    return run(command)
  }
  let isSuspended = false
  let port = 0
  let server: Server | undefined
  const attend = (socket: Socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
    socket.on("error", () => socket.destroy())
    serve(socket, answer)
    if (isSuspended) socket.pause()
  }
  const start = async () => {
    const listening = createServer(attend)
    server = listening
    await new Promise<void>((resolve) => listening.listen(port, "127.0.0.1", resolve))
    port = (listening.address() as AddressInfo).port
  }
  await start()
  return {
    url: `mongodb://127.0.0.1:${port}/app`,
    commands,
    start,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server?.close(resolve))
    },
    suspend: () => {
      isSuspended = true
      for (const socket of sockets) socket.pause()
    },
    resume: () => {
      isSuspended = false
      for (const socket of sockets) socket.resume()
    },
    connections: () => sockets.size,
  }
}

function serve(socket: Socket, run: Run): void {
  let arrived: Buffer = Buffer.alloc(0)
  socket.on("data", (chunk) => {
    const { messages, rest } = cutMessages(Buffer.concat([arrived, chunk]))
    arrived = rest
    for (const message of messages) {
      const answer = tried(run, message.command)
      if (message.wantsReply) socket.write(writeReply(message, answer))
    }
  })
}

function tried(run: Run, command: Document): Document {
  try {
    return { ...run(command), ok: 1 }
  } catch (error) {
    if (!(error instanceof MongoFault)) throw error
    return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName }
  }
}

function createCommands(): Run {
  const databases = new Map<string, Map<string, MongoCollection>>()
  return (command) => {
    const [name = "", target] = Object.entries(command)[0] ?? []
    const handler = handlers[name]
    if (!handler) throw new MongoFault(59, "CommandNotFound", `no such command: '${name}'`)
    const database = databases.get(command.$db) ?? new Map<string, MongoCollection>()
    databases.set(command.$db, database)
    return handler(command, (wanted = String(target)) => {
      const collection = database.get(wanted) ?? new MongoCollection(wanted)
      database.set(wanted, collection)
      return collection
    })
  }
}

type Handler = (command: Document, collection: (name?: string) => MongoCollection) => Document

const hello: Handler = () => ({
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
  localTime: new Date(),
})
const nothing: Handler = () => ({})

const handlers: Readonly<Record<string, Handler>> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: nothing,
  endSessions: nothing,
  find: ({ filter = {}, limit = 0 }, collection) => {
    const found = collection().find(filter)
    return cursor(collection(), limit === 0 ? found : found.slice(0, Math.abs(limit)))
  },
  aggregate: ({ pipeline }, collection) => {
    const collectionResolver = (name: string) => collection(name).documents
    return cursor(collection(), new Aggregator(pipeline, { collectionResolver }).run(collection().documents))
  },
  insert: ({ documents }, collection) => write(documents, (document) => void collection().insert(document)),
  update: ({ updates }, collection) => {
    const upserted: Document[] = []
    const answer = write(updates, ({ q, u, upsert = false, multi = false }, index) => {
      if (multi) throw new MongoFault(238, "NotImplemented", "Here one document is changed at a time")
      const { found, now } = collection().update(q, u, upsert)
      if (!found && now) upserted.push({ index, _id: now._id })
      return now ? 1 : 0
    })
    return { ...answer, nModified: answer.n - upserted.length, ...(upserted.length > 0 && { upserted }) }
  },
  delete: ({ deletes }, collection) => write(deletes, ({ q, limit }) => collection().remove(q, limit).length),
  findAndModify: ({ query = {}, remove = false, update = {}, new: wantsNew = false }, collection) => {
    const [before] = collection().find(query)
    if (remove) return { value: collection().remove(query, 1)[0] ?? null }
    const { now } = collection().update(query, update, false)
    return { value: (wantsNew ? now : before) ?? null }
  },
  createIndexes: ({ indexes }, collection) => {
    for (const index of indexes) collection().addIndex({ v: 2, ...index })
    return {}
  },
  listIndexes: (_, collection) => {
    const { documents, indexes } = collection()
    if (documents.length === 0 && indexes.length === 1)
      throw new MongoFault(26, "NamespaceNotFound", "ns does not exist")
    return cursor(collection(), indexes)
  },
}

/** Returns all documents in the first batch, so that clients never need `getMore`. */
function cursor({ name }: MongoCollection, firstBatch: readonly unknown[]): Document {
  return { cursor: { id: 0n, ns: `app.${name}`, firstBatch: [...firstBatch] } }
}

function write(items: readonly Document[], act: (item: Document, index: number) => number | undefined) {
  const writeErrors: Document[] = []
  let n = 0
  for (const [index, item] of items.entries()) {
    try {
      n += act(item, index) ?? 1
    } catch (error) {
      if (!(error instanceof MongoFault)) throw error
      writeErrors.push({ index, code: error.code, errmsg: error.message })
    }
  }
  return { n, ...(writeErrors.length > 0 && { writeErrors }) }
}
