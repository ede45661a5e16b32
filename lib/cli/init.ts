import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { choose } from "./ask.js"
import { exitCodes, UsageError } from "./cli-error.js"
import { defineCommand } from "./command.js"
import { addToApp } from "./existing-app.js"
import { createApp, requireEmpty } from "./new-app.js"
import { loadProvider } from "./provider-module.js"

/** `npx express-authjs init` */
export const init = defineCommand({
  usage: "[folder] [options]",
  maxArguments: 1,
  options: {
    ts: { type: "boolean", describe: "write a new app in TypeScript" },
    js: { type: "boolean", describe: "write a new app in JavaScript" },
    provider: {
      type: "string",
      multiple: true,
      placeholder: "<name>",
      describe:
        "a provider, such as google; may be repeated. Default: github. none: development sign-in only",
    },
    entry: { type: "string", placeholder: "<path>", describe: "the file that creates the existing app" },
    yes: { type: "boolean", short: "y", describe: "change the existing app without asking" },
    "skip-install": { type: "boolean", describe: "do not install the packages of a new app" },
    package: {
      type: "string",
      placeholder: "<version>",
      describe: "the express-authjs that a new app installs: version, tag or tarball",
    },
  },
  details: `In an empty folder, writes a small app with pages, a test, .env and .gitignore, and installs its packages. \`npm run dev\`
starts it. You sign in as a made-up person, until a provider has its credentials in .env.

In a folder with a package.json, shows what would change in the file that creates the Express app, and asks. Without a
terminal, --yes applies the change. Nothing of the project is executed.`,
  async run({ provider = ["github"], entry, yes = false, ...forNew }, [name = "."]) {
    const { ts = false, js = false, package: version, "skip-install": skipsInstall = false } = forNew
    if (ts && js) throw new UsageError("Choose one of --ts and --js.")
    const folder = resolve(name)
    const isApp = existsSync(join(folder, "package.json"))
    requireMatching(isApp, isApp ? forNew : { entry })
    const names = provider.filter((each) => each !== "none")
    const providers = await Promise.all(names.map(loadProvider))
    if (isApp) await addToApp({ folder, entry, providers, yes })
    else {
      await requireEmpty(folder)
      const typescript = ts || (!js && !yes && (await chooseLanguage()) === "ts")
      await createApp({ folder, typescript, providers, version, install: !skipsInstall })
    }
    return exitCodes.done
  },
})

/** Options that would have no effect are refused. */
function requireMatching(isApp: boolean, unfit: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(unfit).filter((name) => unfit[name] !== undefined)
  if (given.length === 0) return
  const place = isApp
    ? "a new app, and this folder has a package.json"
    : "an existing app, and this folder has no package.json"
  throw new UsageError(`${given.map((name) => `--${name}`).join(", ")}: for ${place}.`)
}

function chooseLanguage(): Promise<string> {
  return choose("Which language?", { js: "JavaScript", ts: "TypeScript" })
}
