import type { AuthContext } from "../../http/auth-context.js"
import { toJson } from "../../replies/responses.js"
import { asUser } from "./account-from-app.js"
import { exportOwnData } from "./account-operations.js"
import { toSignIn } from "./page-url.js"

/** `POST /auth/account/data`: sends everything that is stored about the user as a JSON file. */
export async function downloadData(context: AuthContext): Promise<Response> {
  const result = await asUser(context, async (call) => ({ ok: true, data: await exportOwnData(call) }))
  if (!result.ok) return toSignIn(context, "SessionRequired")
  const response = toJson(result.data)
  response.headers.set("content-disposition", 'attachment; filename="account.json"')
  response.headers.set("x-content-type-options", "nosniff")
  return response
}
