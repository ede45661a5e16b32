export * from "@auth/core/jwt"
export { signed } from "./session/signed.js"
export { type VerifySessionOptions, verifySession } from "./session/verify-session.js"
