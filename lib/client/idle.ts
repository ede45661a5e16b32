import { browser, onWindow } from "./browser.js"
import { requirePositive } from "./require-positive.js"
import type { Sessions } from "./sessions.js"

/** Options of `idle()`. */
export interface IdleOptions {
  /** Seconds without input after which `onWarn` is called. */
  warnAfter: number
  /** Seconds without input after which the user is signed out; more than `warnAfter`. */
  signOutAfter: number
  /** Where to go after the sign-out: a path or URL of the app. @default the page */
  redirectTo?: string
  /** Called when the warning begins, in every tab. Show a dialogue here. */
  onWarn?: (signOutAt: Date) => void
  /** Called when the warning ends: the user is back, here or in another tab, or signed out. Close the dialogue here. */
  onEnd?: () => void
}

/** A running `idle()`. */
export interface IdleTimer {
  /** Counts as input, for activity that is none, such as a video that plays. */
  stay(): void
  /** Stops counting. */
  stop(): void
}

const INPUTS = "pointerdown pointermove keydown scroll"
/** Events after which timers may be late: the tab was in the background, or the computer asleep. */
const WAKES = "focus visibilitychange pageshow storage"

/** Milliseconds between two looks at the clock, and in which a tab that was frozen learns of input in others. */
const TICK = 1_000
/** Milliseconds after which a sign-out that failed is tried again. */
const RETRY = 10_000

/** What `Idle` does with its page. */
export interface IdleParts {
  /** The name under which the tabs share the time of the last input. */
  readonly key: string
  readonly sessions: Sessions
  signOut(): Promise<unknown>
}

/** Measures by the clock how long the user has been idle, in all tabs. */
export class Idle implements IdleTimer {
  /** Whether `onWarn` was called and the user has not come back. */
  isWarned = false
  readonly #parts: IdleParts
  readonly #options: IdleOptions
  readonly #warnAfter: number
  readonly #signOutAfter: number
  readonly #stopped = new AbortController()
  readonly #unlisten: () => void
  readonly #timer = setInterval(() => this.check(), TICK)
  #lastInput = 0
  #leaveAt = 0

  constructor(parts: IdleParts, options: IdleOptions) {
    this.#parts = parts
    this.#options = options
    this.#warnAfter = requirePositive(options.warnAfter)
    this.#signOutAfter = requirePositive(options.signOutAfter)
    const { signal } = this.#stopped
    onWindow(INPUTS, () => this.#notice(), { capture: true, signal })
    onWindow(WAKES, () => this.check(), { signal })
    this.#unlisten = parts.sessions.listen((session, previous) => {
      if (session && !previous) this.stay()
      else this.check()
    })
  }

  stay(): void {
    this.#remember(Date.now())
    this.check()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stopped.abort()
    this.#unlisten()
    this.#setWarned(false)
  }

  /** Compares the clock with the last input. */
  check(): void {
    const now = Date.now()
    const idleFor = this.#parts.sessions.known ? now - this.#findLastInput(now) : 0
    this.#setWarned(idleFor >= this.#warnAfter)
    if (idleFor < this.#signOutAfter) this.#leaveAt = 0
    else if (!this.#leaveAt) this.#leaveAt = now + TICK
    else if (now >= this.#leaveAt) {
      this.#leaveAt = now + RETRY
      this.#parts.signOut().catch(() => {})
    }
  }

  /** Input after the limit does not count: the computer may have been asleep. */
  #notice(): void {
    const now = Date.now()
    const idleFor = now - this.#findLastInput(now)
    if (idleFor >= TICK && idleFor < this.#signOutAfter) this.stay()
  }

  #setWarned(isWarned: boolean): void {
    if (isWarned === this.isWarned) return
    this.isWarned = isWarned
    const { onWarn, onEnd } = this.#options
    if (isWarned) onWarn?.(new Date(this.#findLastInput(Date.now()) + this.#signOutAfter))
    else onEnd?.()
  }

  /** A time in the future means that the clock was changed: counting starts again. */
  #findLastInput(now: number): number {
    const last = Math.max(this.#lastInput, readShared(this.#parts.key))
    return last > now ? this.#remember(now) : last
  }

  /** Storage may be full or disabled; each tab then counts alone. */
  #remember(time: number): number {
    this.#lastInput = time
    try {
      browser.localStorage.setItem(this.#parts.key, `${time}`)
    } catch {}
    return time
  }
}

function readShared(key: string): number {
  try {
    return Number(browser.localStorage.getItem(key))
  } catch {
    return 0
  }
}
