declare module "passport-oauth1" {
  import type { OAuth } from "oauth"
  import { Strategy as PassportStrategy } from "passport"

  type Done = (error: unknown, profile?: object) => void
  type Verified = (error: unknown, user?: object | false, info?: object) => void

  interface Options {
    requestTokenURL: string
    accessTokenURL: string
    userAuthorizationURL: string
    consumerKey: string
    consumerSecret: string
    callbackURL?: string
  }

  export class Strategy extends PassportStrategy {
    protected readonly _oauth: OAuth
    constructor(
      options: Options,
      verify: (token: string, secret: string, profile: object, done: Verified) => void,
    )
    userProfile(token: string, secret: string, params: object, done: Done): void
  }
}
