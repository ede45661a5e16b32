import { createHash, randomUUID } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { LockStore } from "express-authjs"

interface Entry {
  value: string
  until: number
}

/** A lock store of files in a folder, for tests with several processes. */
export function fileLocks(folder: string): LockStore {
  mkdirSync(folder, { recursive: true })
  const pathOf = (kind: string, key: string) =>
    join(folder, `${kind}-${createHash("sha256").update(key).digest("hex")}`)

  return {
    acquire(key, ttl) {
      const path = pathOf("lock", key)
      const holder = read(path)
      if (holder && holder.until < Date.now()) rmSync(path, { force: true })
      const value = randomUUID()
      if (!create(path, { value, until: Date.now() + ttl * 1000 })) return
      return () => {
        if (read(path)?.value === value) rmSync(path, { force: true })
      }
    },
    get(key) {
      const entry = read(pathOf("value", key))
      return entry && entry.until > Date.now() ? entry.value : undefined
    },
    set(key, value, ttl) {
      const path = pathOf("value", key)
      const whole = `${path}.${randomUUID()}`
      create(whole, { value, until: Date.now() + ttl * 1000 })
      renameSync(whole, path)
    },
  }
}

function create(path: string, entry: Entry): boolean {
  try {
    writeFileSync(path, JSON.stringify(entry), { flag: "wx" })
    return true
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false
    throw error
  }
}

/** Whether an error means that the file is missing or not written yet. */
function read(path: string): Entry | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch {
    return undefined
  }
}
