import { atLeastTimes, measureRounds, ratio, ratioByProcessor } from "./support/rounds.js"
import { verifyMe } from "./support/server.js"
import { toTable } from "./support/statistics.js"

export const title = "A guarded `GET /me`"

const header = [
  "",
  "requests/s",
  "of bare",
  "of the limit",
  "processor µs/request",
  "of bare by µs",
  "of the limit by µs",
  "of its core",
]

/** Requests per second of every contender. */
export async function run() {
  const all = await measureRounds(new URL("contenders/", import.meta.url), verifyMe)
  const rows = all.filter(({ skipped }) => !skipped).sort((a, b) => b.perSecond - a.perSecond)
  const find = (name) => rows.find((row) => row.name === name)
  const [bare, limit] = [find("bare"), find("limit")]
  const against = (row, other, compare) => (other ? compare(row, other).toFixed(2) : "")
  const cells = (row) => [
    row.title,
    Math.round(row.perSecond).toLocaleString("en"),
    against(row, bare, ratio),
    against(row, limit, ratio),
    row.cpu.toFixed(0),
    against(row, bare, ratioByProcessor),
    against(row, limit, ratioByProcessor),
    `${(row.busy * 100).toFixed(0)} %`,
  ]
  const skipped = all.filter((row) => row.skipped).map((row) => `\n- ${row.title}: skipped, ${row.skipped}`)
  const table = toTable(header, rows.map(cells))
  return {
    text: `${table}\n${skipped.join("")}`,
    checks: [...targets(find), ...storeChecks(find), ...leadCheck(rows)],
  }
}

function targets(find) {
  const goals = [
    ["ours-jwt-warm", 0.82, 0.91],
    ["ours-jwt-cold", 0.65, 0.72],
    ["ours-database", 0.68, 0.75],
  ]
  const checks = goals.flatMap(([name, ofBare, ofLimit]) => [
    compare(find(name), find("bare"), ofBare),
    compare(find(name), find("limit"), ofLimit),
  ])
  return [...checks, compare(find("ours-jwt-warm"), find("auth-express"), 8)].filter(Boolean)
}

function compare(row, other, target) {
  return row && other && atLeastTimes(`${row.title}: times ${other.title}`, row, other, target)
}

/** Every store against its counterpart, which keeps its users in memory and so asks for less. */
function storeChecks(find) {
  const pairs = [
    ["ours-on-postgres", "passport-on-postgres"],
    ["ours-on-mariadb", "passport-on-mariadb"],
    ["ours-on-redis", "passport-redis"],
    ["ours-on-redis-and-postgres", "passport-on-postgres"],
    ["ours-jwt-on-redis", "passport-redis"],
  ]
  return pairs.map(([ours, theirs]) => compare(find(ours), find(theirs), 1)).filter(Boolean)
}

/** Our slowest against the fastest peer. Rows come fastest first. */
function leadCheck(all) {
  // Those on a server of their own are measured against their counterparts.
  const rows = all.filter(({ name }) => !name.includes("-on-"))
  const ours = rows.filter(({ name }) => name.startsWith("ours-")).at(-1)
  const peer = rows.find(({ name }) => !name.startsWith("ours-") && !["bare", "limit"].includes(name))
  if (!ours || !peer) return []
  const what = `our slowest (${ours.title}) against the fastest peer (${peer.title}), times`
  return [atLeastTimes(what, ours, peer, 1)]
}
