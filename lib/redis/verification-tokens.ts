import { createHash } from "node:crypto"
import type { VerificationToken } from "@auth/core/adapters"
import type { Keyspace } from "./keyspace.js"

type TokenKey = Pick<VerificationToken, "identifier" | "token">

/** Of several concurrent calls, one gets the value. */
const take = `
local value = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
return value`

/** The methods of an adapter that store mailed tokens. */
export function verificationTokenMethods({ command, script, keyOf }: Keyspace) {
  // Hashed, so that no other pair of address and token has the same key.
  const keyOfToken = ({ identifier, token }: TokenKey) =>
    keyOf(
      "token",
      createHash("sha256")
        .update(JSON.stringify([identifier, token]))
        .digest("base64url"),
    )
  return {
    createVerificationToken: async (row: VerificationToken) => {
      const lifetime = row.expires.getTime() - Date.now()
      if (lifetime > 0) await command("SET", keyOfToken(row), JSON.stringify(row), "PX", `${lifetime}`)
      return row
    },
    useVerificationToken: async (key: TokenKey) => {
      const text = await script(take, [keyOfToken(key)], [])
      if (typeof text !== "string") return null
      const row: VerificationToken = JSON.parse(text)
      return { ...row, expires: new Date(row.expires) }
    },
  }
}
