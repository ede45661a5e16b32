import { type ActionName, actionNames } from "../http/action-path.js"
import { methodsOf } from "../routes.js"
import { exitCodes, UsageError } from "./cli-error.js"
import { alignRows, defineCommand } from "./command.js"
import { print } from "./terminal.js"

/** What an action does, and what the second segment of its path is. */
interface About {
  readonly does: string
  /** E.g. `":provider"`. */
  readonly name?: string
}

const about: Readonly<Record<ActionName, About>> = {
  signin: { does: "the sign-in page; starts a sign-in", name: ":provider" },
  callback: { does: "finishes a sign-in: the URL to register at providers", name: ":provider" },
  link: { does: "links an account to the user who is signed in", name: ":provider" },
  unlink: { does: "removes an account of the user who is signed in", name: ":provider" },
  signout: { does: "the sign-out page; signs out, and returns from the provider", name: "callback" },
  "backchannel-logout": { does: "ends sessions when the provider says so", name: ":provider" },
  session: { does: "the session as JSON; updates it" },
  "jwks.json": { does: "the public keys of signed sessions" },
  csrf: { does: "a CSRF token for clients that post" },
  providers: { does: "the providers as JSON" },
  error: { does: "the error page" },
  "verify-request": { does: "the page that asks for the code of a mail; checks the code" },
  "confirm-form": { does: "sends a form that a guard held back", name: ":id" },
  "webauthn-options": { does: "the challenge for a passkey", name: ":provider" },
  assets: { does: "style sheet, scripts and icons of the pages", name: ":file" },
  inbox: { does: "the mails of development; nowhere else" },
  account: { does: "the account page; its forms, and what mailed links open", name: ":form" },
}

/** A path of the mount. */
export interface ListedRoute {
  /** Below the mount, e.g. `/signin/:provider`; empty for the mount itself. */
  readonly path: string
  /** E.g. `["GET", "POST"]`. GET includes HEAD. */
  readonly methods: readonly string[]
  /** One phrase. */
  readonly does: string
}

/** `npx express-authjs routes` */
export const routes = defineCommand({
  usage: "[options]",
  options: {
    mount: {
      type: "string",
      placeholder: "<path>",
      describe: "where the app mounts express-authjs, instead of /auth",
    },
    json: { type: "boolean", describe: "print the routes as JSON" },
  },
  details: `Every other path below the mount is passed on to the app; another method gets 405. Some routes exist only with the
configuration that they need, such as /inbox in development.`,
  async run({ mount = "/auth", json = false }) {
    if (!mount.startsWith("/"))
      throw new UsageError(`--mount is ${JSON.stringify(mount)}; expected a path such as /auth.`)
    const base = mount.replace(/\/+$/, "")
    const listed = listRoutes().map(({ path, ...route }) => ({ path: base + path, ...route }))
    if (json) print(JSON.stringify(listed, undefined, 2))
    else for (const line of toTable(listed)) print(line)
    return exitCodes.done
  },
})

/** Returns every route below the mount. */
export function listRoutes(): ListedRoute[] {
  const entries = Object.entries(actionNames) as [ActionName, (typeof actionNames)[ActionName]][]
  const start = { path: "", methods: ["GET"], does: "leads to the sign-in page" }
  const others = entries.flatMap(([action, form]) => {
    const { does, name = ":name" } = about[action]
    const methods = methodsOf(action)
    return [
      ...(form === "required" ? [] : [{ path: `/${action}`, methods, does }]),
      // The provider only sends browsers back there.
      ...(form === "none"
        ? []
        : [{ path: `/${action}/${name}`, methods: name === "callback" ? ["GET"] : methods, does }]),
    ]
  })
  return [start, ...others]
}

function toTable(listed: readonly ListedRoute[]): string[] {
  const paths = alignRows(listed.map(({ methods, path }) => [methods.join(" "), path] as const))
  return alignRows(listed.map(({ does }, index) => [(paths[index] ?? "").trimStart(), does] as const))
}
