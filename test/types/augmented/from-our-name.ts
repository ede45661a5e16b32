// The declarations of https://authjs.dev/getting-started/typescript, under the name of this package.
import type { Request, Response } from "express"
import {
  type DefaultSession,
  ExpressAuth,
  type ExpressAuthConfig,
  type ExpressAuthHandler,
  type Session,
} from "express-authjs"
import type { JWT } from "express-authjs/jwt"

declare module "express-authjs" {
  interface Session {
    user: { role: string } & DefaultSession["user"]
  }
  interface User {
    role?: string
  }
  interface Account {
    tenant?: string
  }
  interface Profile {
    groups?: string[]
  }
}

declare module "express-authjs/jwt" {
  interface JWT {
    role?: "admin" | "member"
  }
}

export const config: ExpressAuthConfig = {
  providers: [],
  callbacks: {
    jwt({ token, user, account, profile }) {
      const tenant: string | undefined = account?.tenant
      const groups: string[] | undefined = profile?.groups
      if (tenant && groups && user.role) token.role = user.role === "admin" ? "admin" : "member"
      return token
    },
    session({ session, token }) {
      const role: "admin" | "member" | undefined = token.role
      session.user.role = role ?? "member"
      return session
    },
  },
}

export async function read(auth: ExpressAuthHandler, req: Request, res: Response): Promise<Session | null> {
  const session = await auth.getSession(req, res)
  if (!session) return null
  const role: string = session.user.role
  const id: string = session.user.id
  // @ts-expect-error it is not declared
  session.user.salary
  return role === id ? null : session
}

const auth = ExpressAuth(config)

export const guarded = auth.requireAuth({ allow: ({ user }) => user.role.startsWith("a") })

auth.requireAuth()({} as Request, {} as Response, () => {})

export const roleOf = (token: JWT): string => token.role ?? "member"
