import { boundFetch } from "../../http/bound-fetch.js"
import { readJsonObject } from "../../providers/discovery.js"
import { UsageError } from "../cli-error.js"
import { isLoopback } from "./check-settings.js"
import { type Finding, ok, printable, problem, reasonOf, warning } from "./finding.js"

const request = boundFetch()
const forgedHost = "forged-by-doctor.example"

/**
 * Returns the URL of the mount.
 *
 * @param text the app's address, e.g. `https://example.com`, or that of the mount, `https://example.com/auth`
 * @throws {UsageError}
 */
export function toMountUrl(text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new UsageError(`--url is ${JSON.stringify(text)}; expected a URL such as https://example.com.`)
  const { origin, pathname } = new URL(text)
  const path = pathname.replace(/\/+$/, "")
  return new URL(origin + (path || "/auth"))
}

/** Checks a running app from outside, as its users reach it. Starts no sign-in and changes nothing. */
export async function checkSite(mount: URL): Promise<Finding[]> {
  const begun = Date.now()
  try {
    const answer = await get(mount, "providers")
    const clock = checkClock(answer, begun)
    const providers = readJsonObject(await answer.text())
    if (answer.status !== 200 || !providers || !isList(providers)) return [unreachable(mount, answer.status)]
    const list = [
      ok("mount", `${mount.href} responds.`),
      checkOwnAddress(mount, providers),
      ...listCallbacks(providers),
      clock,
    ]
    const others = await Promise.all([
      checkHttps(mount),
      checkCookies(mount),
      checkForgedHost(mount),
      checkCaching(mount),
    ])
    return [...list, ...others.flat()]
  } catch (error) {
    return [
      problem(
        "mount",
        `${mount.href} does not respond: ${reasonOf(error)}`,
        "Check the address and the proxy.",
      ),
    ]
  }
}

function get(mount: URL, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return request(`${mount.href}/${path}`, { headers: { accept: "application/json", ...headers } })
}

function unreachable(mount: URL, status: number): Finding {
  return problem(
    "mount",
    `${mount.href}/providers answers ${status}, and not with the list of providers.`,
    'Pass the path where the app mounts express-authjs: --url https://example.com/auth, for app.use("/auth", auth).',
  )
}

function isList(providers: Record<string, unknown>): boolean {
  return Object.values(providers).every((one) => typeof Object(one).callbackUrl === "string")
}

/** The app puts its own idea of its address into these URLs, as into redirects and mails. */
function checkOwnAddress(mount: URL, providers: Record<string, unknown>): Finding {
  const urls = Object.values(providers).map((one) => String(Object(one).callbackUrl))
  const wrong = urls.find((url) => !url.startsWith(`${mount.href}/`))
  if (wrong !== undefined)
    return problem(
      "address",
      `The app believes to be elsewhere: it calls itself ${printable(wrong)}.`,
      `Set AUTH_URL=${mount.origin}, or Express's \`trust proxy\` for your proxy.`,
    )
  if (urls.length === 0)
    return warning("address", "The app has no provider.", "npx express-authjs add github")
  return ok("address", "The app knows its address.")
}

/** Only these send users back; the development sign-in needs no registration. */
function listCallbacks(providers: Record<string, unknown>): Finding[] {
  const urls = Object.entries(providers).flatMap(([id, one]) => {
    const { type, callbackUrl } = Object(one)
    return /^(?:oauth|oidc)$/.test(type) && id !== "development" ? [printable(String(callbackUrl))] : []
  })
  if (urls.length === 0) return []
  return [ok("callbacks", `To register at each provider: ${urls.join(", ")}`)]
}

function checkClock({ headers }: Response, begun: number): Finding {
  const server = Date.parse(headers.get("date") ?? "")
  if (Number.isNaN(server))
    return warning("clock", "The responses have no Date.", "Let the proxy pass it on.")
  const seconds = Math.round((server - (begun + Date.now()) / 2) / 1000)
  if (Math.abs(seconds) <= 30) return ok("clock", "The clocks of the server and of this machine agree.")
  const direction = seconds > 0 ? "ahead of" : "behind"
  const text = `The server's clock is ${Math.abs(seconds)} seconds ${direction} that of this machine.`
  return problem("clock", text, "Synchronise both with NTP: tokens and codes would be refused.")
}

async function checkHttps(mount: URL): Promise<Finding[]> {
  if (mount.protocol === "http:") return isLoopback(mount.hostname) ? [] : [plain(mount)]
  if (mount.port !== "") return []
  const url = `http://${mount.hostname}/`
  const location = await request(url).then(
    ({ headers }) => headers.get("location") ?? "",
    () => undefined,
  )
  if (location === undefined) return [ok("https", "Plain http is not served.")]
  if (location.startsWith("https://")) return [ok("https", "Plain http redirects to https.")]
  return [
    warning("https", `${url} is served without a redirect to https.`, "Let the proxy redirect port 80."),
  ]
}

function plain({ origin }: URL): Finding {
  return problem(
    "https",
    `${origin} is not encrypted.`,
    "Serve it over https: cookies can be read on the way.",
  )
}

async function checkCookies(mount: URL): Promise<Finding[]> {
  const response = await get(mount, "csrf")
  const cookies = response.headers.getSetCookie()
  if (cookies.length === 0)
    return [
      problem(
        "cookies",
        "No cookie arrives.",
        "Let the proxy pass on Set-Cookie, and cache nothing below the mount.",
      ),
    ]
  const secure = mount.protocol === "https:"
  const names = cookies
    .filter((cookie) => !isRight(cookie, secure))
    .map((cookie) => cookie.split("=")[0] ?? "")
  if (names.length === 0)
    return [ok("cookies", secure ? "Cookies are Secure, with a prefix." : "Cookies arrive.")]
  const fix = `Tell the app that it is behind https: AUTH_URL=${mount.origin}, or Express's \`trust proxy\`.`
  return [
    problem(
      "cookies",
      `Cookies lack Secure, HttpOnly, SameSite or a prefix: ${printable(names.join(", "))}.`,
      fix,
    ),
  ]
}

function isRight(cookie: string, secure: boolean): boolean {
  const common = /;\s*httponly/i.test(cookie) && /;\s*samesite=(?:lax|strict)/i.test(cookie)
  return common && (!secure || (/^__(?:Host|Secure)-/.test(cookie) && /;\s*secure/i.test(cookie)))
}

async function checkForgedHost(mount: URL): Promise<Finding[]> {
  const response = await get(mount, "providers", { "x-forwarded-host": forgedHost })
  if (!(await response.text()).includes(forgedHost))
    return [ok("host", "The app does not believe a forged host.")]
  const fix = `Set AUTH_URL=${mount.origin} or the option \`hosts\`, and let the proxy replace X-Forwarded-Host.`
  return [
    problem("host", "The app believes any X-Forwarded-Host: mailed links can lead to an attacker.", fix),
  ]
}

async function checkCaching(mount: URL): Promise<Finding[]> {
  const { status, headers } = await get(mount, "session")
  const control = headers.get("cache-control") ?? ""
  if (status !== 200)
    return [
      problem(
        "session",
        `${mount.href}/session answers ${status}.`,
        "Look into the app's log: a store may be down.",
      ),
    ]
  if (/no-store/i.test(control)) return [ok("session", "Sessions can be read, and are not cached.")]
  const fix = "Let proxy and CDN keep the header Cache-Control of everything below the mount."
  return [
    problem(
      "session",
      `Sessions may be cached: Cache-Control is ${JSON.stringify(printable(control))}.`,
      fix,
    ),
  ]
}
