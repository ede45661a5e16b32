import { fileURLToPath } from "node:url"
import { runScript } from "./support/pinned.js"
import { atLeast, median, toTable } from "./support/statistics.js"

export const title = "Encode and decode"

const SAMPLES = 7
const SAMPLE_MS = 300
const secret = "a secret of the benchmark, which protects nothing at all"
const salt = "authjs.session-token"
const token = {
  name: "Ada Lovelace",
  email: "ada@example.com",
  picture: "https://example.com/a.png",
  sub: "1",
}

/**
 * Microseconds for one token, ours against core's; nothing is cached but the derived key. Core's goes through WebCrypto
 * and thereby through other threads, so it matters to it whether they have a core to themselves.
 */
export async function run() {
  const script = [fileURLToPath(import.meta.url)]
  const all = await runScript(script, { core: undefined })
  const one = await runScript(script)
  const row = (name, { ours, core }) => [
    name,
    ours.toFixed(1),
    core.toFixed(1),
    `${(core / ours).toFixed(0)} ×`,
  ]
  const rows = [
    row("encode", all.encode),
    row("decode", all.decode),
    row("encode, on one core", one.encode),
    row("decode, on one core", one.decode),
  ]
  const { ours, core } = all.decode
  return {
    text: toTable(["µs", "ours", "@auth/core", "faster"], rows),
    checks: [atLeast("decode, cache off: times as fast as core's", core / ours, 50)],
  }
}

async function measure() {
  const core = await import("@auth/core/jwt")
  const jwt = await import("express-authjs/jwt")
  const sealed = await core.encode({ token, secret, salt })
  return {
    encode: await interleave({
      ours: () => jwt.encode({ token, secret, salt }),
      core: () => core.encode({ token, secret, salt }),
    }),
    decode: await interleave({
      ours: () => jwt.decode({ token: sealed, secret, salt }),
      core: () => core.decode({ token: sealed, secret, salt }),
    }),
  }
}

/** Median time of both, in turns. */
async function interleave({ ours, core }) {
  const times = { ours: [], core: [] }
  for (let sample = 0; sample <= SAMPLES; sample++) {
    times.ours.push(await microseconds(ours))
    times.core.push(await microseconds(core))
  }
  // The first one warmed up.
  return { ours: median(times.ours.slice(1)), core: median(times.core.slice(1)) }
}

async function microseconds(operation) {
  const start = performance.now()
  let count = 0
  while (performance.now() - start < SAMPLE_MS) {
    const result = operation()
    if (result instanceof Promise) await result
    count++
  }
  return ((performance.now() - start) * 1000) / count
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await measure()))
