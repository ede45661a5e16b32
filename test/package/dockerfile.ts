import { execFile } from "node:child_process"
import { cp, mkdir } from "node:fs/promises"
import { basename, join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** The last stage of a Dockerfile, carried out in folders of this machine instead of in a container. */
export interface Image {
  /** Where the working directory is. */
  folder: string
  environment: Record<string, string>
  user: string
  command: readonly string[]
  healthcheck: readonly string[]
}

interface Build {
  /** The folder that contains one folder per stage. */
  base: string
  context: string
  stages: Map<string, string>
  image: Image & { root: string }
}

type Step = (build: Build, words: string) => void | Promise<void>

const steps: Record<string, Step> = {
  FROM: from,
  ENV: ({ image }, words) => {
    for (const [, name = "", value = ""] of words.matchAll(/(\w+)=(\S+)/g)) image.environment[name] = value
  },
  WORKDIR: async ({ image }, path) => {
    image.folder = join(image.root, path)
    await mkdir(image.folder, { recursive: true })
  },
  COPY: copy,
  RUN: async ({ image }, command) => {
    const env = { PATH: process.env.PATH, HOME: image.root, ...image.environment }
    await run("sh", ["-c", command], { cwd: image.folder, env, maxBuffer: 1e8 })
  },
  USER: ({ image }, user) => {
    image.user = user
  },
  EXPOSE: () => {},
  HEALTHCHECK: ({ image }, words) => {
    image.healthcheck = JSON.parse(words.slice(words.indexOf("[")))
  },
  CMD: ({ image }, words) => {
    image.command = JSON.parse(words)
  },
}

/** Carries out the instructions of a Dockerfile. Throws for one it does not know. */
export async function buildImage(dockerfile: string, base: string, context: string): Promise<Image> {
  const image = { root: "", folder: "", environment: {}, user: "root", command: [], healthcheck: [] }
  const build: Build = { base, context, stages: new Map(), image }
  for (const line of dockerfile.replace(/\\\n/g, " ").split("\n")) {
    const [, instruction = "", words = ""] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? []
    if (!instruction) continue
    const step = steps[instruction]
    if (!step) throw new Error(`This test does not know ${instruction}: ${line}`)
    await step(build, words)
  }
  return build.image
}

function from(build: Build, words: string): void {
  const name = / AS (\w+)$/.exec(words)?.[1] ?? "final"
  const root = join(build.base, name)
  build.stages.set(name, root)
  build.image = { root, folder: root, environment: {}, user: "root", command: [], healthcheck: [] }
}

async function copy({ image, stages, context }: Build, words: string): Promise<void> {
  const [, stage] = /^--from=(\w+) /.exec(words) ?? []
  const paths = words.replace(/^--from=\w+ /, "").split(/\s+/)
  const target = join(image.folder, paths.pop() ?? "")
  for (const path of paths) {
    const source = join(stage ? (stages.get(stage) ?? "") : context, path)
    await cp(source, words.endsWith("/") ? join(target, basename(path)) : target, { recursive: true })
  }
}
