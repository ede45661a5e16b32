import { Router } from "express"
import { HttpError, notFound } from "../errors.js"
import { form } from "../form.js"
import { listUsers, roles, setRole } from "../users.js"

/** Users and their roles, behind a guard for admins. */
export const admin = Router()

admin.get("/", async (req, res) => res.render("users", { users: await listUsers(req.query.page), roles }))

admin.post("/users/:id/role", form, async (req, res) => {
  const { id } = req.params
  if (!roles.includes(req.body.role)) throw new HttpError(422, "There is no such role.")
  // An app without admins cannot be repaired in the browser.
  if (id === req.auth.user.id) throw new HttpError(403, "Another admin must change your own role.")
  if (!(await setRole(id, req.body.role))) notFound()
  res.redirect(303, "/admin")
})
