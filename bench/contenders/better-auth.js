import { createBetterAuthApp, signInToBetterAuthApp } from "../support/better-auth-app.js"
import { serve } from "../support/contender.js"

serve(createBetterAuthApp({ cookieCache: false }), {
  title: "better-auth, in memory",
  signIn: signInToBetterAuthApp,
})
