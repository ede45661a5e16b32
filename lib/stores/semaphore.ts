// Written by hand, not with p-limit: waiting must end after a timeout.

/** Limits how many tasks run at once. The others wait, first come, first served. */
export class Semaphore {
  #free: number
  readonly #waiting = new Set<() => void>()

  /** @param permits the number of tasks that may run at once */
  constructor(permits: number) {
    this.#free = permits
  }

  /**
   * Waits for a permit. After `true`, call {@link release}.
   *
   * @param timeout milliseconds to wait
   * @returns `false` on timeout
   */
  acquire(timeout: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free--
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const start = () => {
        clearTimeout(timer)
        resolve(true)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(start)
        resolve(false)
      }, timeout)
      this.#waiting.add(start)
    })
  }

  /** Returns a permit, which goes to the task that has waited longest. */
  release(): void {
    for (const start of this.#waiting) {
      this.#waiting.delete(start)
      start()
      return
    }
    this.#free++
  }
}
