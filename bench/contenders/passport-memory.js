import session from "express-session"
import { serve } from "../support/contender.js"
import { createPassportApp, signInToPassportApp } from "../support/passport-app.js"

serve(createPassportApp(new session.MemoryStore()), {
  title: "passport + express-session, memory",
  signIn: signInToPassportApp,
})
