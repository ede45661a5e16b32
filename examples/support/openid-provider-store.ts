import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider"

/** Keeps one provider's codes, grants and sessions in memory, separate from other providers in the process. */
export function createProviderStore(): AdapterFactory {
  const rows = new Map<string, { payload: AdapterPayload; expiresAt: number }>()
  return (model) => createAdapter(rows, model)
}

type Rows = Map<string, { payload: AdapterPayload; expiresAt: number }>

function createAdapter(rows: Rows, model: string): Adapter {
  const read = (key: string) => {
    const row = rows.get(key)
    return row && row.expiresAt > Date.now() ? row.payload : undefined
  }
  const findBy = (field: "uid" | "userCode", value: string) => {
    for (const key of rows.keys()) {
      const payload = key.startsWith(`${model}:`) ? read(key) : undefined
      if (payload?.[field] === value) return payload
    }
    return undefined
  }
  return {
    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000
      rows.set(`${model}:${id}`, { payload, expiresAt })
    },
    find: async (id) => read(`${model}:${id}`),
    findByUid: async (uid) => findBy("uid", uid),
    findByUserCode: async (userCode) => findBy("userCode", userCode),
    async consume(id) {
      const payload = read(`${model}:${id}`)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      rows.delete(`${model}:${id}`)
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of rows)
        if (key.startsWith(`${model}:`) && payload.grantId === grantId) rows.delete(key)
    },
  }
}
