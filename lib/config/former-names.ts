/** Options of earlier versions of Auth.js and of its sister packages, with their replacements. */
export const successors: Readonly<Record<string, string>> = {
  database: '`adapter`, e.g. adapter: database(process.env.DATABASE_URL) from "express-authjs/database"',
  site: "`url`, or AUTH_URL in the environment",
  prefix: "`basePath`",
  "callbacks.authorized": "`auth.requireAuth({ allow })` in front of the routes to guard",
  "events.error": "`logger.error`",
  "experimental.enableExperimental": "no option; leave it out",
  "jwt.secret": "`secret`; a list keeps sessions with an older secret valid: secret: [newSecret, oldSecret]",
  "jwt.encryption":
    "no option: sessions are always encrypted. To sign them instead: jwt: signed({ alg, key })",
  "jwt.encryptionKey": "`secret`, from which the key is derived",
  "jwt.signingKey": "`jwt: signed({ alg, key })`",
  "jwt.verificationOptions": "`jwt: signed({ alg, key })`, or `jwt.decode`",
  "jwt.decryptionOptions": "`jwt.decode`",
  "session.jwt": '`session.strategy`: "jwt" or "database"',
}

/** Options for Next.js only. They cause a warning instead of an error, so that apps can share a configuration. */
export const nextOnly: ReadonlySet<string> = new Set(["callbacks.authorized"])

/** Variables that were renamed irregularly. */
const formerVariables: readonly (readonly [now: string, before: string])[] = [
  ["AUTH_SECRET", "NEXTAUTH_SECRET"],
  ["AUTH_URL", "NEXTAUTH_URL"],
]

/**
 * Returns the names that a variable had in earlier versions of Auth.js.
 *
 * @example formerVariablesOf("AUTH_GITHUB_ID") // ["GITHUB_ID", "GITHUB_CLIENT_ID", "NEXTAUTH_GITHUB_ID"]
 */
export function formerVariablesOf(variable: string): readonly string[] {
  const renamed = formerVariables.flatMap(([now, before]) => (now === variable ? before : []))
  if (renamed.length > 0) return renamed
  const name = variable.replace(/^AUTH_/, "")
  return [name, name.replace(/_(ID|SECRET)$/, "_CLIENT_$1"), `NEXTAUTH_${name}`].filter(
    (former, index, all) => former !== variable && all.indexOf(former) === index,
  )
}
