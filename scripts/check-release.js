// npm run release:check -- <tag> <owner/name>: checks that package.json and CHANGELOG.md are those of the release.
import { readFile } from "node:fs/promises"

const [tag = "", here = ""] = process.argv.slice(2)
const { version, repository } = JSON.parse(await readFile("package.json", "utf8"))
const changelog = await readFile("CHANGELOG.md", "utf8")

const complaints = [
  tag !== `v${version}` &&
    `The tag is "${tag}", and package.json has the version ${version}: expected "v${version}".`,
  !isReleased(version) &&
    `CHANGELOG.md has no "## [${version}] - YYYY-MM-DD": rename the section "Unreleased", and begin a new one.`,
  repository.url !== `git+https://github.com/${here}.git` &&
    `package.json names the repository ${repository.url}, and this is ${here}: npm refuses the provenance.`,
].filter(Boolean)

for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0

/** @param {string} version A prerelease, such as 1.0.0-rc.1, needs no section of its own. */
function isReleased(version) {
  return (
    version.includes("-") || changelog.split("\n").some((line) => line.startsWith(`## [${version}] - 20`))
  )
}
