// The same under the names of Auth.js's own modules, as code that comes from another framework has it.
import type { Request } from "express"
import type { ExpressAuthConfig } from "express-authjs"

declare module "@auth/core/types" {
  interface Session {
    tenant?: string
  }
  interface User {
    locale?: string
  }
}

declare module "@auth/core/jwt" {
  interface JWT {
    tenant?: string
  }
}

export const callbacks: NonNullable<ExpressAuthConfig["callbacks"]> = {
  session({ session, token }) {
    const tenant: string | undefined = token.tenant
    return tenant === undefined ? session : { ...session, tenant }
  },
}

export function tenantOf(req: Request): string | undefined {
  const locale: string | undefined = req.auth?.user.locale
  return req.auth?.tenant ?? locale
}
