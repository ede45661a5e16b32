export { type AuthenticateOptions, authenticate } from "./authenticate.js"
export type { AuthenticateCallback } from "./authenticate-with-callback.js"
export type { LoginOptions, LogoutOptions } from "./express-types.js"
export { type MigrationOptions, migratePassportSession } from "./migrate-session.js"
export type { OldSessionPlace, OldSessionStore } from "./old-session.js"
export { type PassportOptions, passport } from "./passport.js"
export {
  type PassportProfile,
  PassportProvider,
  type PassportProviderOptions,
} from "./passport-provider.js"
export type { PassportStrategy } from "./passport-strategy.js"
export { signInMessage } from "./sign-in-message.js"
