import expressSession from "express-session"

/** express-session's own store, which can be down, and counts. */
export class OldStore extends expressSession.MemoryStore {
  isDown = false
  isReadOnly = false
  reads = 0

  override get(
    sid: string,
    done: (error: unknown, session?: expressSession.SessionData | null) => void,
  ): void {
    this.reads++
    if (this.isDown) done(new Error("The old store is down"))
    else super.get(sid, done)
  }

  override destroy(sid: string, done?: (error?: unknown) => void): void {
    if (this.isDown || this.isReadOnly) done?.(new Error("The old store is down"))
    else super.destroy(sid, done)
  }

  override set(sid: string, session: expressSession.SessionData, done?: (error?: unknown) => void): void {
    if (this.isReadOnly) done?.(new Error("The old store is down"))
    else super.set(sid, session, done)
  }

  size(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.all?.((error, sessions) => (error ? reject(error) : resolve(Object.keys(sessions ?? {}).length)))
    })
  }
}
