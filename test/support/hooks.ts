import { closeSharedBrowser } from "./browser-test.js"

/** Run once after everything, and with `--parallel` after each file: a worker takes several of them. */
export const mochaHooks = { afterAll: closeSharedBrowser }
