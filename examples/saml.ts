// How do users sign in with SAML, or by any other Passport strategy?
// Set AUTH_SECRET, AUTH_URL (http://localhost:3000), and SAML_ENTRY_POINT and SAML_CERT from the metadata of your identity
// provider. Register http://localhost:3000/auth/callback/saml there. Install @node-saml/passport-saml.
import { type Profile, Strategy, ValidateInResponseTo, type VerifiedCallback } from "@node-saml/passport-saml"
import express from "express"
import { ExpressAuth } from "express-authjs"
import { PassportProvider } from "express-authjs/passport"

const { AUTH_URL = "http://localhost:3000", SAML_ENTRY_POINT = "", SAML_CERT = "" } = process.env

// The object that you would pass to passport.use(). Passport itself is not needed, and neither is express-session.
const strategy = new Strategy(
  {
    entryPoint: SAML_ENTRY_POINT,
    idpCert: SAML_CERT,
    issuer: AUTH_URL,
    callbackUrl: `${AUTH_URL}/auth/callback/saml`,
    validateInResponseTo: ValidateInResponseTo.always, // accepts answers to our own requests only, each once
  },
  (profile: Profile | null, done: VerifiedCallback) => done(null, profile ?? undefined),
  (_profile: Profile | null, done: VerifiedCallback) => done(null), // single logout is not run
)

const auth = ExpressAuth({
  providers: [
    PassportProvider<Profile>({
      id: "saml",
      name: "Company account",
      strategy,
      // Which attributes there are is up to your identity provider. The id must never change, and never pass to another.
      profile: ({ nameID, displayName, mail }) => ({
        id: nameID,
        name: typeof displayName === "string" ? displayName : nameID,
        email: mail,
      }),
    }),
  ],
})

export const app = express()
app.use("/auth", auth)
app.get("/", auth.requireAuth(), (req, res) => res.send(`Hello ${req.auth.user.name}`))

if (process.argv[1] === import.meta.filename) app.listen(3000)
