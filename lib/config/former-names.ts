/** Options of earlier versions of Auth.js and of its sister packages, with their replacements. */
export const successors: Readonly<Record<string, string>> = {
  database: '`adapter`, e.g. adapter: database(process.env.DATABASE_URL) from "express-authjs/database"',
  site: "`url`, or AUTH_URL in the environment",
  baseUrl: "`url`, or AUTH_URL in the environment",
  baseURL: "`url`, or AUTH_URL in the environment",
  databaseUrl:
    '`adapter`, e.g. adapter: database() from "express-authjs/database", which reads AUTH_DATABASE_URL',
  allowDangerousEmailAccountLinking:
    "the option of the provider: GitHub({ allowDangerousEmailAccountLinking: true })",
  prefix: "`basePath`",
  "callbacks.authorized": "`auth.requireAuth({ allow })` in front of the routes to guard",
  "events.error": "`logger.error`",
  "experimental.enableExperimental": "no such option any more; leave it out",
  "pages.register": "`pages.newUser`",
  "jwt.secret": "`secret`; a list keeps sessions with an older secret valid: secret: [newSecret, oldSecret]",
  "jwt.encryption":
    "no option for it any more; sessions are always encrypted. To sign them instead: jwt: signed({ alg, key })",
  "jwt.encryptionKey": "`secret`, from which the key is derived",
  "jwt.signingKey": "`jwt: signed({ alg, key })`",
  "jwt.verificationOptions": "`jwt: signed({ alg, key })`, or `jwt.decode`",
  "jwt.decryptionOptions": "`jwt.decode`",
  "session.generateToken": "`session.generateSessionToken`",
  "session.jwt": '`session.strategy`: "jwt" or "database"',
}

/** Options of providers in Auth.js 3 and 4 and in Passport's strategies, with their replacements. */
export const providerSuccessors: Readonly<Record<string, string>> = {
  clientID: "`clientId`",
  scope: '`authorization: { params: { scope: "…" } }`',
  authorizationUrl: "`authorization`",
  authorizationURL: "`authorization`",
  accessTokenUrl: "`token`",
  tokenURL: "`token`",
  profileUrl: "`userinfo`",
  protection: '`checks`, e.g. checks: ["pkce", "state"]',
  state: "`checks`; the state is always checked",
  callbackURL: "no option for it any more; register {mount}/callback/{provider} at the provider",
  version: "no such option any more; leave it out",
}

/** Returns the sentence of an error message that names a replacement. */
export function describeSuccessor(successor: string | undefined): string {
  return successor?.startsWith("no ") ? ` There is ${successor}.` : ` Use instead: ${successor}.`
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
 * @example formerVariablesOf("AUTH_GITHUB_ID") // ["GITHUB_ID", "GITHUB_CLIENT_ID", "NEXTAUTH_GITHUB_ID", "AUTH_GITHUB_CLIENT_ID"]
 */
export function formerVariablesOf(variable: string): readonly string[] {
  const renamed = formerVariables.flatMap(([now, before]) => (now === variable ? before : []))
  if (renamed.length > 0) return renamed
  const name = variable.replace(/^AUTH_/, "")
  const long = name.replace(/_(ID|SECRET)$/, "_CLIENT_$1")
  return [name, long, `NEXTAUTH_${name}`, `AUTH_${long}`].filter(
    (former, index, all) => former !== variable && all.indexOf(former) === index,
  )
}
