export type { LoginOptions, LogoutOptions } from "./express-types.js"
export { type PassportOptions, passport } from "./passport.js"
