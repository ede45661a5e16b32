import type { ActiveSession } from "./to-session.js"

/** Returns the roles of a session's user, from `user.role` and `user.roles`. */
export function rolesOf({ user }: ActiveSession): readonly string[] {
  const { role, roles } = user as { role?: unknown; roles?: unknown }
  return [role, roles].flat().filter((value) => typeof value === "string")
}
