import { expect } from "chai"
import { readEnvironment } from "../../lib/config/env.js"
import { resolveSecrets } from "../../lib/config/resolve-secrets.js"
import { configErrorOf } from "../support/config-error.js"
import { recordingLogger } from "../support/recording-logger.js"

const long = (letter: string) => letter.repeat(32)

function resolve(secret: string | string[] | undefined, env: Record<string, string> = {}) {
  const { logger, warnings } = recordingLogger()
  const options = secret === undefined ? {} : { secret }
  return { secrets: resolveSecrets(options, readEnvironment(env), logger), warnings }
}

describe("resolveSecrets", () => {
  it("takes the lowest number of the environment as the newest, AUTH_SECRET as the oldest", () => {
    const env = {
      AUTH_SECRET: long("0"),
      AUTH_SECRET_1: long("1"),
      AUTH_SECRET_2: long("2"),
      AUTH_SECRET_3: long("3"),
    }
    expect(resolve(undefined, env).secrets).to.deep.equal([long("1"), long("2"), long("3"), long("0")])
  })

  it("takes the option alone where there is one, in its order", () => {
    expect(resolve([long("a"), long("b")], { AUTH_SECRET: long("0") }).secrets).to.deep.equal([
      long("a"),
      long("b"),
    ])
    for (const empty of ["", []])
      expect(resolve(empty, { AUTH_SECRET: long("0") }).secrets).to.deep.equal([long("0")])
  })

  it("never takes an empty string for a secret", () => {
    expect(resolve(["", long("a"), ""]).secrets).to.deep.equal([long("a")])
  })

  it("makes one up for development: the same for the whole process, with one warning", () => {
    const first = resolve(undefined)
    const second = resolve(undefined, { NODE_ENV: "test" })
    expect(second.secrets).to.deep.equal(first.secrets)
    expect(first.secrets[0]).to.have.lengthOf.at.least(32)
    expect(second.warnings).to.deep.equal([])
  })

  it("refuses to start in production without a secret, and says how to get one", () => {
    expect(configErrorOf(() => resolve(undefined, { NODE_ENV: "production" }))).to.match(
      /^ERR_AUTH_MISSING_SECRET: .*AUTH_SECRET.*npx express-authjs secret --print/,
    )
    expect(configErrorOf(() => resolve(["", ""], { NODE_ENV: "production" }))).to.match(
      /^ERR_AUTH_MISSING_SECRET/,
    )
  })

  it("says that NEXTAUTH_SECRET has another name now", () => {
    const env = { NODE_ENV: "production", NEXTAUTH_SECRET: long("0") }
    expect(configErrorOf(() => resolve(undefined, env))).to.include(
      "NEXTAUTH_SECRET is set: rename it to AUTH_SECRET.",
    )
  })

  it("refuses a short newest secret in production, and only warns before", () => {
    const message = configErrorOf(() => resolve("too-short", { NODE_ENV: "production" }))
    expect(message)
      .to.match(/^ERR_AUTH_WEAK_SECRET: .* 9 characters.*AUTH_SECRET_1/)
      .and.not.include("too-short")
    expect(resolve("too-short").warnings).to.have.lengthOf(1)
  })

  it("lets a short secret be rotated out", () => {
    const env = { NODE_ENV: "production", AUTH_SECRET: "too-short", AUTH_SECRET_1: long("1") }
    expect(resolve(undefined, env)).to.deep.equal({ secrets: [long("1"), "too-short"], warnings: [] })
  })

  it("refuses a secret that is no string", () => {
    expect(configErrorOf(() => resolve([7] as unknown as string[]))).to.include("must be a string")
  })
})
