// Writes views/assets/client.js: the browser module as one minified file. Run `npm run client` after changing lib/client.
import { writeFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/** Members of internal classes that may be renamed. None of them is a name of the browser's, of options or of JSON. */
const internal =
  /^(?:announce|check|fields|isWarned|known|listen|params|post|read|readAt|refresh|renew|rest|send|sessions)$/

const target = new URL("../views/assets/client.js", import.meta.url)

/** Returns the content of views/assets/client.js. */
export async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../lib/client/index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    mangleProps: internal,
    format: "esm",
    target: "es2022",
    write: false,
  })
  return outputFiles.map(({ text }) => text).join("")
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(target, await bundleClient())
