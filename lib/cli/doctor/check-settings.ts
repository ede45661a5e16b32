import { lstat } from "node:fs/promises"
import { basename } from "node:path"
import { type Environment, readEnvironment } from "../../config/env.js"
import { gitState } from "../git-state.js"
import { type Finding, ok, problem, warning } from "./finding.js"

/** Checks what the environment says about the mode, the secret and the address. */
export function checkSettings(variables: NodeJS.ProcessEnv): Finding[] {
  const env = readEnvironment(variables)
  return [checkMode(variables.NODE_ENV), checkSecret(env), checkAddress(env)]
}

function checkMode(mode: string | undefined): Finding {
  if (mode === "production") return ok("environment", "NODE_ENV is production.")
  if (mode === "development")
    return ok(
      "environment",
      "NODE_ENV is development: sign-in without a provider works on this machine only.",
    )
  const text = mode ? `NODE_ENV is ${JSON.stringify(mode)}.` : "NODE_ENV is not set."
  return warning(
    "environment",
    `${text} A missing secret or address is no error then, and what exists in development only is missing too.`,
    "Set NODE_ENV=production on servers, and NODE_ENV=development on your machine.",
  )
}

function checkSecret({ secrets: [newest], production, formerName }: Environment): Finding {
  const failed = production ? problem : warning
  if (newest === undefined)
    return failed(
      "secret",
      `AUTH_SECRET is not set.${formerName("AUTH_SECRET")}`,
      "npx express-authjs secret",
    )
  if (newest.length < 32)
    return failed(
      "secret",
      `The newest secret has ${newest.length} characters; expected at least 32.`,
      rotate,
    )
  if (new Set(newest).size < 10)
    return failed("secret", "The newest secret has few different characters: it can be guessed.", rotate)
  return ok("secret", `The newest secret has ${newest.length} characters.`)
}

const rotate = "npx express-authjs secret --rotate"

function checkAddress({ url, trustHost, production, formerName }: Environment): Finding {
  if (url === undefined) return withoutAddress(production, trustHost, formerName("AUTH_URL"))
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return problem("address", "AUTH_URL is not a URL.", "Set AUTH_URL=https://example.com, as users type it.")
  const { origin, protocol, hostname } = new URL(url)
  if (protocol === "https:" || !production || isLoopback(hostname))
    return ok("address", `AUTH_URL is at ${origin}.`)
  return problem(
    "address",
    `AUTH_URL is ${origin}, without TLS: cookies and sign-ins can be read on the way.`,
    "Serve the app over https, and set AUTH_URL=https://…",
  )
}

function withoutAddress(production: boolean, trustHost: boolean | undefined, hint: string): Finding {
  if (trustHost)
    return warning(
      "address",
      "AUTH_TRUST_HOST is set without AUTH_URL: every client can claim a host with X-Forwarded-Host.",
      "Set AUTH_URL=https://example.com",
    )
  if (!production) return ok("address", `AUTH_URL is not set: the address of each request counts.${hint}`)
  return warning(
    "address",
    `AUTH_URL is not set.${hint} Production starts only if the option \`url\` or \`hosts\` is.`,
    "Set AUTH_URL=https://example.com",
  )
}

/** Whether a host name is that of this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/i.test(hostname)
}

/** Checks who can read the file with the secrets. */
export async function checkEnvFile(path: string): Promise<Finding[]> {
  const stats = await lstat(path).catch(() => undefined)
  if (!stats) return []
  const name = basename(path)
  const state = gitState(path)
  if (state === "tracked")
    return [
      problem(
        "env-file",
        `${name} is in the git repository, with its secrets.`,
        `git rm --cached ${name}, then replace them`,
      ),
    ]
  if (state === "exposed")
    return [warning("env-file", `Git does not ignore ${name}.`, `Add ${name} to .gitignore.`)]
  if (process.platform !== "win32" && (stats.mode & 0o077) !== 0)
    return [warning("env-file", `Other users of this machine can read ${name}.`, `chmod 600 ${name}`)]
  return [ok("env-file", `${name} is readable by its owner alone.`)]
}
