import { browser, type Channel, onWindow } from "./browser.js"
import { type ClientSession, identify, type SessionListener, toFingerprint } from "./client-session.js"
import type { AuthServer } from "./server.js"

/** Called when the session could not be read. */
export type FailureListener = (error: unknown) => void

/** Milliseconds for which a session need not be read again when the page gets the focus. */
const FRESH = 5_000

/** What a page knows of the session, in step with the other tabs. */
export class Sessions {
  /** The session; `undefined` until it was read. */
  known: ClientSession | null | undefined
  /** When a tab last read the session, in milliseconds since 1970; 0 if it could not. */
  readAt = 0
  readonly #server: AuthServer
  readonly #listeners = new Map<SessionListener, FailureListener | undefined>()
  #reading: Promise<ClientSession | null> | undefined
  /** What another tab said during a read, which may have been answered before. */
  #heard: unknown
  #isOwnRead = false
  /** `null` while the page may be in the back/forward cache. */
  #channel: Channel | null | undefined

  constructor(server: AuthServer) {
    this.#server = server
  }

  /**
   * Reads the session; at most one request is under way.
   *
   * @param isOwn whether to tell the other tabs; not if one of them asked
   */
  read(isOwn = true): Promise<ClientSession | null> {
    this.#isOwnRead ||= isOwn
    this.#reading ??= this.#readLatest().finally(() => {
      this.#reading = undefined
      this.#isOwnRead = false
    })
    return this.#reading
  }

  /** Reads the session for the listeners. */
  refresh(isOwn = true): void {
    this.read(isOwn).catch((error) => {
      this.readAt = 0
      for (const fail of this.#listeners.values()) fail?.(error)
    })
  }

  /** Reads the session after this tab changed it. */
  renew(): void {
    this.announce()
    this.#heard = ""
    this.refresh()
  }

  /** Tells the other tabs a fingerprint. Those that know another read the session. */
  announce(fingerprint = ""): void {
    this.#connect().postMessage(fingerprint)
  }

  /** Calls the listener with the session, now and after each change, until the returned function is called. */
  listen(listener: SessionListener, fail?: FailureListener): () => void {
    this.#connect()
    this.#listeners.set(listener, fail)
    if (this.known === undefined) this.refresh()
    else this.#tell(listener, this.known, undefined)
    return () => void this.#listeners.delete(listener)
  }

  async #readLatest(): Promise<ClientSession | null> {
    let session: ClientSession | null
    do {
      this.#heard = undefined
      this.readAt = Date.now()
      session = await this.#server.read("session")
    } while (this.#heard !== undefined && this.#heard !== toFingerprint(session))
    this.#learn(session)
    return session
  }

  #learn(session: ClientSession | null): void {
    const previous = this.known
    this.known = session
    if (this.#isOwnRead) this.announce(toFingerprint(session))
    if (toFingerprint(previous) === toFingerprint(session)) return
    if (previous && session && identify(previous) !== identify(session)) browser.location.reload()
    else for (const listener of this.#listeners.keys()) this.#tell(listener, session, previous)
  }

  /** An error of a listener is the page's, and keeps no other listener from being called. */
  #tell(listener: SessionListener, ...sessions: Parameters<SessionListener>): void {
    queueMicrotask(() => {
      if (this.#listeners.has(listener)) listener(...sessions)
    })
  }

  #hear(fingerprint: unknown): void {
    this.#heard = fingerprint
    if (fingerprint === toFingerprint(this.known)) this.readAt = Date.now()
    else if (this.#listeners.size) this.refresh(false)
  }

  #connect(): Channel {
    if (this.#channel === undefined) {
      onWindow("focus visibilitychange pageshow online", () => this.#wake())
      onWindow("pagehide", () => this.rest())
    }
    if (!this.#channel) {
      this.#channel = new browser.BroadcastChannel(`express-authjs ${this.#server.url}`)
      this.#channel.onmessage = ({ data }: { readonly data: unknown }) => this.#hear(data)
    }
    return this.#channel
  }

  #wake(): void {
    if (browser.document.visibilityState === "hidden" || !this.#listeners.size) return
    this.#connect()
    if (Date.now() - this.readAt > FRESH) this.refresh()
  }

  /**
   * Hears nothing until the page is shown or gets the focus, and then reads the session. For a page that is left: an
   * open channel may keep it out of the back/forward cache, and a listener that reloads it would keep it from leaving.
   */
  rest(): void {
    this.#channel?.close()
    this.#channel = null
    this.readAt = 0
  }
}
