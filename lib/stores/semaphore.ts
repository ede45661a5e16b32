/** Lets so many work at once; the others wait, first come, first served. */
export class Semaphore {
  #free: number
  readonly #waiting = new Set<() => void>()

  /** @param places how many may work at once */
  constructor(places: number) {
    this.#free = places
  }

  /**
   * Waits for a turn. Who gets one has to call {@link done}.
   *
   * @param patience milliseconds
   * @returns `false` where none was free in that time
   */
  acquire(patience: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free--
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const begin = () => {
        clearTimeout(timer)
        resolve(true)
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(begin)
        resolve(false)
      }, patience)
      this.#waiting.add(begin)
    })
  }

  release(): void {
    for (const begin of this.#waiting) {
      this.#waiting.delete(begin)
      begin()
      return
    }
    this.#free++
  }
}
