/** Options of Auth.js's earlier versions and sister packages, and what to write instead. */
export const successors: Readonly<Record<string, string>> = {
  database: '`adapter`, e.g. adapter: database(process.env.DATABASE_URL) from "express-authjs/database"',
  site: "`url`, or AUTH_URL in the environment",
  prefix: "`basePath`",
  "callbacks.authorized": "`auth.requireAuth({ allow })` in front of the routes it is to guard",
  "events.error": "`logger.error`",
  "experimental.enableExperimental": "nothing: leave it out",
  "jwt.secret": "`secret`; a list keeps the sessions of an older one: secret: [newSecret, oldSecret]",
  "jwt.encryption": "nothing: sessions are always encrypted. To sign them instead: jwt: signed({ alg, key })",
  "jwt.encryptionKey": "`secret`, from which the key is derived",
  "jwt.signingKey": "`jwt: signed({ alg, key })`",
  "jwt.verificationOptions": "`jwt: signed({ alg, key })`, or `jwt.decode`",
  "jwt.decryptionOptions": "`jwt.decode`",
  "session.jwt": '`session.strategy`: "jwt" or "database"',
}

/** Options that only Next.js reads. They are accepted with a warning, so that a configuration can be shared. */
export const nextOnly: ReadonlySet<string> = new Set(["callbacks.authorized"])

/** Variables of earlier versions and what they are called now. */
const formerVariables: readonly (readonly [now: string, before: string])[] = [
  ["AUTH_SECRET", "NEXTAUTH_SECRET"],
  ["AUTH_URL", "NEXTAUTH_URL"],
]

/**
 * The names a variable had in earlier versions of Auth.js.
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
