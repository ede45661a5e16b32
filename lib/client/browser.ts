/** An event of the window: `type`, and `persisted` if the page comes from the back/forward cache. */
interface PageEvent {
  readonly type: string
  readonly persisted?: boolean
}

/** A channel between the tabs of an origin. */
export interface Channel {
  /** Called with an event whose `data` is the message. */
  onmessage: object | null
  postMessage(message: unknown): void
  close(): void
}

/** Converts the options of a ceremony from JSON. */
interface PasskeyApi {
  parseRequestOptionsFromJSON(options: object): object
  parseCreationOptionsFromJSON(options: object): { user: { id: unknown } }
  isConditionalMediationAvailable(): Promise<boolean>
}

type Listener = (event: PageEvent) => void

interface ListenerOptions {
  /** Hears an event before the page can stop it. */
  readonly capture?: boolean
  /** Removes the listener. */
  readonly signal?: AbortSignal
}

/**
 * What this room uses of a browser's global object. Declared here because the sources are compiled without the types
 * of the DOM: the rest of `lib` runs on Node. `test/types/browser` compares these declarations with the DOM's.
 */
export interface Browser {
  readonly document: { readonly visibilityState: string }
  readonly location: { readonly href: string; assign(url: string): void; reload(): void }
  readonly localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
  readonly navigator: {
    readonly credentials: {
      get(options: object): Promise<unknown>
      create(options: object): Promise<unknown>
    }
  }
  readonly BroadcastChannel: new (name: string) => Channel
  readonly PublicKeyCredential: PasskeyApi
  addEventListener(type: string, listener: Listener, options: ListenerOptions): void
}

/** The browser's global object. */
export const browser = globalThis as unknown as Browser

/** Listens to events of the window, given by their types with spaces between. */
export function onWindow(types: string, listener: Listener, options: ListenerOptions = {}): void {
  for (const type of types.split(" ")) browser.addEventListener(type, listener, options)
}
