import { closeSharedBrowser } from "./browser-test.js"

/** Runs once at the end, and with `--parallel` after each file, since a worker runs several files. */
export const mochaHooks = { afterAll: closeSharedBrowser }
