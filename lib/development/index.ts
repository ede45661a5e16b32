export {
  type DevelopmentProfile,
  DevelopmentSignIn,
  type DevelopmentSignInOptions,
} from "./development-sign-in.js"
export type { DevelopmentPerson } from "./people.js"
