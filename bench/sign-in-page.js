import { strict as assert } from "node:assert"
import { atLeastTimes, measureRounds } from "./support/rounds.js"
import { toTable } from "./support/statistics.js"

export const title = "`GET /auth/signin`"

/** Sign-in pages per second, with the same providers on both. */
export async function run() {
  const rows = await measureRounds(new URL("pages/", import.meta.url), verifyPage)
  const [theirs, ours] = ["auth-express", "ours"].map((name) => rows.find((row) => row.name === name))
  const cells = ({ title, perSecond, cpu, busy }) => [
    title,
    Math.round(perSecond).toLocaleString("en"),
    cpu.toFixed(0),
    `${(busy * 100).toFixed(0)} %`,
  ]
  const text = toTable(["", "pages/s", "processor µs/page", "of its core"], rows.map(cells))
  const checks = ours && theirs ? [atLeastTimes("sign-in page: times @auth/express", ours, theirs, 2)] : []
  return { text, checks }
}

async function verifyPage({ url, title }) {
  const response = await fetch(url)
  assert.equal(response.status, 200, `${title} answers ${response.status}`)
  const html = await response.text()
  for (const name of ["GitHub", "Google", "GitLab"])
    assert.ok(html.includes(name), `${title} offers no ${name}`)
}
