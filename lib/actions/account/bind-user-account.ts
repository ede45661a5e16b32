import type { ConfigSource } from "../../http/config-for.js"
import type { UserAccount } from "./user-account.js"

/** Returns what `auth.account` is. The functions load with their first call. */
export function userAccountOf(source: ConfigSource): UserAccount {
  const lazily = <Name extends keyof UserAccount>(name: Name): UserAccount[Name] => {
    const call = async (...args: never[]) => {
      const { createUserAccount } = await import("./account-from-app.js")
      return (createUserAccount(source)[name] as (...args: never[]) => unknown)(...args)
    }
    return call as UserAccount[Name]
  }
  return {
    update: lazily("update"),
    changeEmail: lazily("changeEmail"),
    confirmEmail: lazily("confirmEmail"),
    undoEmail: lazily("undoEmail"),
    accounts: lazily("accounts"),
    sessions: lazily("sessions"),
    endSession: lazily("endSession"),
    endOtherSessions: lazily("endOtherSessions"),
    activity: lazily("activity"),
    passkeys: lazily("passkeys"),
    renamePasskey: lazily("renamePasskey"),
    removePasskey: lazily("removePasskey"),
    export: lazily("export"),
    delete: lazily("delete"),
  }
}
