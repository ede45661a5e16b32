import { secret, user } from "./contender.js"

/** The configuration of an app with an OAuth provider and a password form, for either package. */
export function signInConfig(Credentials, provider = process.env.BENCH_PROVIDER) {
  return {
    trustHost: true,
    secret,
    logger: { error: console.error, warn() {}, debug() {} },
    providers: [
      {
        id: "idp",
        name: "Provider",
        type: "oauth",
        clientId: "bench",
        clientSecret: "bench",
        authorization: `${provider}/authorize`,
        token: `${provider}/token`,
        userinfo: `${provider}/userinfo`,
        profile: ({ sub, name, email }) => ({ id: sub, name, email }),
        checks: ["pkce", "state"],
      },
      Credentials({
        credentials: { username: {}, password: { type: "password" } },
        authorize: ({ password }) => (password === "correct" ? user : null),
      }),
    ],
  }
}
