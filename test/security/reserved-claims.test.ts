import { expect } from "chai"
import { json, now, sessionCookie, tokenOf, useSessionApps } from "../support/session-apps.js"

describe("S12: claims of ours in what a visitor updates", () => {
  const start = useSessionApps()
  const forged = {
    sid: "mine",
    auth_time: 4_000_000_000,
    auth_methods: ["proven"],
    idp_session: "demo:mine",
    provider_tokens: { access_token: "mine", provider: "demo", providerAccountId: "1" },
  }

  /** As the documentation of Auth.js has it. */
  const jwt = ({ token, trigger, session }: { token: object; trigger?: string; session?: object }) =>
    trigger === "update" ? { ...token, ...session } : token

  it("are not the visitor's to add, where a callback spreads them into the token", async () => {
    const { visitor } = await start({ callbacks: { jwt: jwt as never } })
    const iat = now() - 60
    const ofCore = { sub: "ada", name: "Ada", iat, exp: iat + 3600, jti: "the-token" }
    const ada = await visitor(tokenOf(ofCore))
    const { csrfToken } = json(await ada.get("/auth/csrf")) as { csrfToken: string }
    const answer = await fetch(`${new URL((await ada.get("/auth/csrf")).url).origin}/auth/session`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        cookie: [...(await ada.cookies())].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      body: JSON.stringify({ csrfToken, data: { ...forged, name: "Ada Lovelace" } }),
    })
    expect(answer.status).to.equal(200)
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith(`${sessionCookie}=`)) ?? ""
    await ada.keep(sessionCookie, /=([^;]*)/.exec(cookie)?.[1] ?? "")
    const claims = await ada.claims()
    expect(claims).to.include({ name: "Ada Lovelace", sid: "the-token", auth_time: iat })
    expect(claims).not.to.have.any.keys("auth_methods", "idp_session", "provider_tokens")
  })
})
