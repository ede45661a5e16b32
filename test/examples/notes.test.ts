import { readFile } from "node:fs/promises"
import { expect } from "chai"
import { parse } from "yaml"

const read = (name: string) => readFile(new URL(`../../examples/${name}`, import.meta.url), "utf8")

// The app itself is tested where it is installed: test/package/notes.package.ts.
describe("examples/notes", () => {
  it("has a README of at most 40 lines, which names every variable that the app reads", async () => {
    const readme = await read("notes/README.md")
    expect(readme.trimEnd().split("\n")).to.have.lengthOf.at.most(40)
    const compose = await read("notes/compose.yaml")
    for (const file of ["auth.js", "database.js"])
      for (const [name] of (await read(`notes/src/${file}`)).matchAll(/\b[A-Z]+_[A-Z_]+\b/g))
        expect(readme + compose).to.include(name)
  })

  it("builds its image and its database as the deployment guide does", async () => {
    const [own, guide] = await Promise.all([readDeployment("notes"), readDeployment("deployment")])
    expect(own.dockerfile).to.deep.equal(guide.dockerfile)
    expect(own.services.app).to.include.keys(...Object.keys(guide.services.app))
    expect(own.services.postgres.image).to.equal(guide.services.postgres.image)
    expect(own.services.migrate.depends_on).to.deep.equal(guide.services.migrate.depends_on)
  })
})

/** What both examples have in common: all but the files that are copied, and the command. */
async function readDeployment(folder: string) {
  const lines = (await read(`${folder}/Dockerfile`)).split("\n")
  const { services } = parse(await read(`${folder}/compose.yaml`), { merge: true })
  return { dockerfile: lines.filter((line) => !/^(COPY [^-]|CMD )/.test(line)), services }
}
