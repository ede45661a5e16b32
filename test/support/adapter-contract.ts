import type { Adapter } from "@auth/core/adapters"
import { adapterContract } from "express-authjs/testing/adapter"

export interface OpenAdapter {
  adapter: Adapter
  close(): Promise<void>
}

export interface ContractExceptions {
  /** Methods that the adapter does not have. Cases that need one are left out. */
  lacks?: readonly string[]
  /** Titles of cases that the adapter is known to fail. */
  fails?: readonly string[]
}

/** Runs the contract against an adapter, opened before and closed after the suite. */
export function describeAdapter(
  name: string,
  open: () => Promise<OpenAdapter>,
  { lacks = [], fails = [] }: ContractExceptions = {},
): void {
  describe(name, () => {
    let opened: OpenAdapter | undefined
    before(async () => {
      opened = await open()
    })
    after(() => opened?.close())

    for (const { title, needs, run } of adapterContract) {
      if (fails.includes(title) || needs.some((method) => lacks.includes(method))) continue
      it(title, () => run(opened?.adapter ?? {}))
    }
  })
}
