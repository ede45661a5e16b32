import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { chmod, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { createFolder } from "../database/servers.js"
import { acceptsConnections } from "../support/accepts-connections.js"
import { freePort } from "../support/free-port.js"
import type { Via } from "../support/http-exchange.js"
import { selfSigned } from "../support/self-signed-certificate.js"
import { until } from "../support/until.js"

/** A reverse proxy with its configuration from `examples/deployment`, in front of two processes of an app. */
export interface ReverseProxy {
  readonly name: string
  readonly program: string
  /** Starts it. It ends TLS for https://example.com and forwards to the ports. */
  start(appPorts: readonly [number, number]): Promise<RunningProxy>
}

export interface RunningProxy extends Via {
  /** The port of plain HTTP. */
  readonly httpPort: number
  stop(): Promise<void>
}

/** Where the configuration finds things in a test instead of where it finds them in production. */
interface Place {
  folder: string
  certificate: string
  key: string
  http: number
  https: number
  apps: readonly [number, number]
}

interface Kind {
  program: string
  file: string
  /** The words of the example's configuration that only hold in production, and their replacements. */
  replacements(place: Place): Record<string, string>
  /** What the system's own configuration adds to the example's. */
  surroundings(place: Place, example: string): string
  args(configuration: string, place: Place): string[]
}

const letsEncrypt = "/etc/letsencrypt/live/example.com"
const apps = ({ apps: [first, second] }: Place) => ({
  "127.0.0.1:3000": `127.0.0.1:${first}`,
  "127.0.0.1:3001": `127.0.0.1:${second}`,
})
const certificates = ({ certificate, key }: Place) => ({
  [`${letsEncrypt}/fullchain.pem`]: certificate,
  [`${letsEncrypt}/privkey.pem`]: key,
})

const nginx: Kind = {
  program: "/usr/sbin/nginx",
  file: "nginx.conf",
  replacements: (place) => ({
    ...apps(place),
    ...certificates(place),
    "listen 80;": `listen 127.0.0.1:${place.http};`,
    "listen 443 ": `listen 127.0.0.1:${place.https} `,
  }),
  surroundings: ({ folder }, example) => `
    daemon off;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    pid ${folder}/nginx.pid;
    error_log ${folder}/error.log;
    events {}
    http {
      access_log off;
      ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join("\n")}
      ${example}
    }`,
  args: (configuration, { folder }) => ["-p", folder, "-e", `${folder}/error.log`, "-c", configuration],
}

const caddy: Kind = {
  program: "/usr/bin/caddy",
  file: "Caddyfile",
  replacements: (place) => ({
    ...apps(place),
    // In production Caddy gets a certificate by itself.
    "example.com {": `example.com {\n\tbind 127.0.0.1\n\ttls ${place.certificate} ${place.key}`,
  }),
  surroundings: ({ http, https }, example) =>
    `{\n\tadmin off\n\thttp_port ${http}\n\thttps_port ${https}\n}\n${example}`,
  args: (configuration) => ["run", "--adapter", "caddyfile", "--config", configuration],
}

const modules = [
  ...["mpm_event", "authz_core", "headers", "alias", "proxy", "proxy_http", "proxy_balancer"],
  ...["lbmethod_byrequests", "slotmem_shm", "ssl", "socache_shmcb"],
]

const apache: Kind = {
  program: "/usr/sbin/apache2",
  file: "apache.conf",
  replacements: (place) => ({
    ...apps(place),
    ...certificates(place),
    "*:80": `127.0.0.1:${place.http}`,
    "*:443": `127.0.0.1:${place.https}`,
  }),
  surroundings: ({ folder, http, https }, example) => `
    ${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
    ServerRoot ${folder}
    DefaultRuntimeDir ${folder}
    PidFile ${folder}/apache.pid
    ErrorLog ${folder}/error.log
    Listen 127.0.0.1:${http}
    Listen 127.0.0.1:${https}
    ${example}`,
  args: (configuration, { folder }) => ["-d", folder, "-f", configuration, "-D", "FOREGROUND"],
}

/** The proxies of the guide; those that are not installed are left out, and a line says so. */
export const reverseProxies: readonly ReverseProxy[] = Object.entries({ nginx, Caddy: caddy, Apache: apache })
  .filter(([name, { program }]) => isInstalled(name, program))
  .map(([name, kind]) => ({ name, program: kind.program, start: (ports) => start(kind, ports) }))

function isInstalled(name: string, program: string): boolean {
  if (existsSync(program)) return true
  console.log(`No ${name} here, so its tests are left out. Install it to run them: ${program}.`)
  return false
}

async function start(kind: Kind, appPorts: readonly [number, number]): Promise<RunningProxy> {
  const { path: folder, remove } = await createFolder()
  await chmod(folder, 0o755)
  const { certificate, privateKey } = selfSigned("example.com")
  const place: Place = {
    folder,
    certificate: join(folder, "certificate.pem"),
    key: join(folder, "key.pem"),
    http: await freePort(),
    https: await freePort(),
    apps: appPorts,
  }
  await writeFile(place.certificate, certificate)
  await writeFile(place.key, privateKey)
  const configuration = join(folder, kind.file)
  const example = await readFile(new URL(`../../examples/deployment/${kind.file}`, import.meta.url), "utf8")
  await writeFile(configuration, kind.surroundings(place, replaceAll(example, kind.replacements(place))))
  const child = await run(kind, configuration, place).catch(async (error) => {
    await remove()
    throw error
  })
  return {
    origin: "https://example.com",
    port: place.https,
    httpPort: place.http,
    ca: certificate,
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve))
      child.kill()
      if (child.exitCode === null) await ended
      await remove()
    },
  }
}

async function run(kind: Kind, configuration: string, place: Place): Promise<ChildProcess> {
  // Caddy keeps its state in the home folder.
  const env = { PATH: process.env.PATH, HOME: place.folder, XDG_DATA_HOME: place.folder }
  const child = spawn(kind.program, kind.args(configuration, place), {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  })
  const output: Buffer[] = []
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk))
  child.stderr.on("data", (chunk: Buffer) => output.push(chunk))
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${kind.program} ended: ${Buffer.concat(output)}`)
    return (await acceptsConnections(place.http)) && (await acceptsConnections(place.https))
  })
  return child
}

/** Throws if a word is missing, so that the example and the test cannot drift apart. */
function replaceAll(text: string, replacements: Record<string, string>): string {
  return Object.entries(replacements).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`The configuration does not contain "${from}"`)
    return result.replaceAll(from, to)
  }, text)
}
