import { resolve } from "node:path"
import { exitCodes, UsageError } from "./cli-error.js"
import { defineCommand } from "./command.js"
import { checkMachine } from "./doctor/check-machine.js"
import { checkMail } from "./doctor/check-mail.js"
import { checkProviders } from "./doctor/check-providers.js"
import { checkScale } from "./doctor/check-scale.js"
import { checkEnvFile, checkSettings } from "./doctor/check-settings.js"
import { checkSite, toMountUrl } from "./doctor/check-site.js"
import { checkDatabase, checkRedis } from "./doctor/check-stores.js"
import type { Finding, Level } from "./doctor/finding.js"
import { namesOption, toNames } from "./names-option.js"
import { readVariables } from "./read-variables.js"
import { paint, print } from "./terminal.js"

/** `npx express-authjs doctor` */
export const doctor = defineCommand({
  usage: "[options]",
  options: {
    url: { type: "string", placeholder: "<url>", describe: "check a running app from outside instead" },
    "env-file": {
      type: "string",
      placeholder: "<path>",
      describe: "the file with the variables, instead of .env",
    },
    names: namesOption,
    json: { type: "boolean", describe: "print the findings as JSON" },
  },
  details: `Checks this machine: Node, packages, the variables of .env and of the environment, who can read them, the database in
AUTH_DATABASE_URL, Redis in REDIS_URL, mail servers in variables that begin with smtp://, and the discovery document of
every provider that has variables. With NODE_ENV=production also what several processes share, and \`trust proxy\`.

With --url, checks what users reach instead: the mount, its idea of its own address, https, cookies, the clock, forged
hosts, and caching. Lists the callback URLs to register. Nothing is changed, and no user is signed in.

✓ is fine, ! may be intended, ✗ is a problem. The exit code is 1 if there is a ✗.`,
  async run({ url, names, json = false, "env-file": envFile }) {
    if (url !== undefined && (envFile ?? names) !== undefined)
      throw new UsageError("--url checks from outside: it goes with no option but --json.")
    const findings = url === undefined ? await checkHere(envFile, names) : await checkSite(toMountUrl(url))
    const isHealthy = findings.every(({ level }) => level !== "problem")
    if (json) print(JSON.stringify({ ok: isHealthy, findings }, undefined, 2))
    else report(findings)
    return isHealthy ? exitCodes.done : exitCodes.failed
  },
})

async function checkHere(envFile: string | undefined, names: string | undefined): Promise<Finding[]> {
  const preset = toNames(names)
  const variables = await readVariables(envFile)
  const waiting = [
    checkEnvFile(resolve(envFile ?? ".env")),
    checkDatabase(variables.AUTH_DATABASE_URL, preset),
    checkRedis(variables.REDIS_URL),
    checkProviders(variables),
    checkMail(variables),
    checkScale(process.cwd(), variables),
  ]
  return [...checkMachine(process.cwd()), ...checkSettings(variables), ...(await Promise.all(waiting)).flat()]
}

const marks: Readonly<Record<Level, string>> = {
  ok: paint("green", "✓"),
  warning: paint("yellow", "!"),
  problem: paint("red", "✗"),
}

function report(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ id }) => id.length))
  for (const { id, level, text, fix } of findings) {
    print(`${marks[level]} ${id.padEnd(width)}  ${text}`)
    if (fix !== undefined) print(`  ${" ".repeat(width)}  ${paint("dim", `→ ${fix}`)}`)
  }
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length
  print(`\n${count("ok")} fine, ${count("warning")} to look at, ${count("problem")} wrong`)
}
