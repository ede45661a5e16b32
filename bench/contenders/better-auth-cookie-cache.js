import { createBetterAuthApp, signInToBetterAuthApp } from "../support/better-auth-app.js"
import { serve } from "../support/contender.js"

serve(createBetterAuthApp({ cookieCache: true }), {
  title: "better-auth, cookie cache",
  signIn: signInToBetterAuthApp,
})
