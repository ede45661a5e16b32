import { randomUUID } from "node:crypto"
import type { PasswordStore, PasswordToken } from "../stores/password-store.js"
import type { AdapterDatabase } from "./migrate.js"

/** Creates the store of passwords in a database. */
export function passwordsIn({ store, prepare }: AdapterDatabase): PasswordStore {
  const newRow = (hash: string) => ({ hash, revision: randomUUID(), updatedAt: new Date() })
  return {
    async get(userId) {
      await prepare()
      const row = await store.find("passwords", { userId })
      return row && { hash: row.hash, revision: row.revision, updatedAt: row.updatedAt }
    },
    async add(userId, hash) {
      await prepare()
      return (await store.insertOr("passwords", [{ userId, ...newRow(hash) }], "keep")) > 0
    },
    async replace(userId, hash, revision) {
      await prepare()
      return (await store.update("passwords", newRow(hash), { userId, revision })) > 0
    },
    async remove(userId) {
      await prepare()
      await store.removeAll([["passwords", { userId }]])
    },
    async addToken(token) {
      await prepare()
      await store.insert("passwordTokens", token)
    },
    async findToken(token) {
      await prepare()
      return unlessExpired(await store.find("passwordTokens", { token }))
    },
    async takeToken(token) {
      await prepare()
      return unlessExpired(await store.take("passwordTokens", { token }))
    },
    async forgetTokens(identifier) {
      await prepare()
      await store.removeAll([["passwordTokens", { identifier }]])
    },
  }
}

function unlessExpired(token: PasswordToken | undefined): PasswordToken | undefined {
  return token && token.expires.getTime() > Date.now() ? token : undefined
}
