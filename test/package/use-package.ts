import { rm } from "node:fs/promises"
import { createTemporaryFolder, pack, ScratchProject } from "./scratch-project.js"

/** Packs the package for the tests of a `describe`, and removes what they installed it into after them. */
export function usePackage() {
  const projects: ScratchProject[] = []
  let folder: string
  let tarball: string

  before(async () => {
    folder = await createTemporaryFolder()
    tarball = await pack(folder)
  })
  after(async () => {
    for (const project of projects) await project.remove()
    await rm(folder, { recursive: true, force: true })
  })

  /** Creates a project with the package, Express 5, and these packages. */
  async function install(packages: Record<string, string> = {}): Promise<ScratchProject> {
    const dependencies = { "express-authjs": `file:${tarball}`, express: "^5.1.0", ...packages }
    const project = await ScratchProject.create(dependencies)
    projects.push(project)
    return project
  }

  /** The path of the tarball. */
  return { install, tarball: () => tarball }
}
