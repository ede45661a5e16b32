// node account-process.ts '<options>': calls a function of auth.account, and kills itself before one of the calls that it
// makes. Prints every mail and the result as lines of JSON.
import { type AccountCallOptions, callAccount } from "./account-call.js"

/** The options of the process. */
export interface AccountProcessOptions extends AccountCallOptions {
  /** Dies before this call, counted from 1. */
  readonly killBefore: number
}

const { killBefore, ...options }: AccountProcessOptions = JSON.parse(process.argv[2] ?? "{}")
let calls = 0
await callAccount(
  options,
  (line) => process.stdout.write(`${JSON.stringify(line)}\n`),
  () => {
    calls += 1
    if (calls === killBefore) process.kill(process.pid, "SIGKILL")
  },
)
process.exit()
