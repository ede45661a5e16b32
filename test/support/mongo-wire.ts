import { BSON, type Document } from "mongodb"

/** A command as a driver sends it: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
export interface Message {
  readonly id: number
  readonly command: Document
  /** The first one of a connection may be in the form before MongoDB 3.6. */
  readonly isQuery: boolean
  readonly wantsReply: boolean
}

const opReply = 1
const opQuery = 2004
const opMessage = 2013
const headerSize = 16

/** Splits received bytes into messages; the rest is the start of the next message. */
export function cutMessages(arrived: Buffer): { messages: Message[]; rest: Buffer } {
  const messages: Message[] = []
  let rest = arrived
  while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
    const size = rest.readInt32LE(0)
    messages.push(readMessage(rest.subarray(0, size)))
    rest = rest.subarray(size)
  }
  return { messages, rest }
}

function readMessage(bytes: Buffer): Message {
  const id = bytes.readInt32LE(4)
  const code = bytes.readInt32LE(12)
  const body = bytes.subarray(headerSize)
  if (code === opMessage) {
    const flags = body.readUInt32LE(0)
    const end = flags & 1 ? body.length - 4 : body.length
    return { id, command: readSections(body.subarray(4, end)), isQuery: false, wantsReply: (flags & 2) === 0 }
  }
  if (code !== opQuery) throw new Error(`No message of kind ${code} is known here`)
  const query = body.indexOf(0, 4) + 9
  return { id, command: readDocument(body, query).document, isQuery: true, wantsReply: true }
}

/** The command itself, and lists of documents that travel beside it. */
function readSections(bytes: Buffer): Document {
  const command: Document = {}
  let at = 0
  while (at < bytes.length) {
    const kind = bytes[at]
    const start = at + 1
    if (kind === 0) {
      const { document, end } = readDocument(bytes, start)
      Object.assign(command, document)
      at = end
    } else {
      at = start + bytes.readInt32LE(start)
      const { name, documents } = readList(bytes.subarray(start + 4, at))
      command[name] = documents
    }
  }
  return command
}

function readList(bytes: Buffer): { name: string; documents: Document[] } {
  const nameEnd = bytes.indexOf(0)
  const documents: Document[] = []
  for (let at = nameEnd + 1; at < bytes.length; ) {
    const { document, end } = readDocument(bytes, at)
    documents.push(document)
    at = end
  }
  return { name: bytes.toString("utf8", 0, nameEnd), documents }
}

function readDocument(bytes: Buffer, start: number): { document: Document; end: number } {
  const end = start + bytes.readInt32LE(start)
  return { document: BSON.deserialize(bytes.subarray(start, end)), end }
}

export function writeReply({ id, isQuery }: Message, answer: Document): Buffer {
  const before = isQuery ? Buffer.alloc(20) : Buffer.alloc(5)
  if (isQuery) before.writeInt32LE(1, 16)
  const body = Buffer.concat([before, BSON.serialize(answer)])
  const header = Buffer.alloc(headerSize)
  header.writeInt32LE(headerSize + body.length, 0)
  header.writeInt32LE(id, 8)
  header.writeInt32LE(isQuery ? opReply : opMessage, 12)
  return Buffer.concat([header, body])
}
