/** Express 4 under its alias, typed as Express 5, so that one test serves both. */
declare module "express4" {
  export { default } from "express"
}
