import { Router } from "express"
import { notFound } from "../errors.js"
import { form } from "../form.js"
import { addNote, changeNote, findNote, listNotes, readNote, removeNote } from "../notes.js"

/** The pages of the user's notes, behind a guard. */
export const notes = Router()

notes.get("/", async (req, res) => {
  res.render("notes", { notes: await listNotes(req.auth.user.id, req.query.page) })
})

notes.get("/new", (_req, res) => res.render("note", { note: undefined, values: {}, errors: {} }))

notes.post("/", form, async (req, res) => {
  const { values, errors, isValid } = readNote(req.body)
  if (!isValid) return res.status(422).render("note", { note: undefined, values, errors })
  await addNote(req.auth.user.id, values)
  res.redirect(303, "/notes")
})

notes.get("/:id", async (req, res) => {
  const note = await ownNote(req)
  res.render("note", { note, values: note, errors: {} })
})

notes.post("/:id", form, async (req, res) => {
  const note = await ownNote(req)
  const { values, errors, isValid } = readNote(req.body)
  if (!isValid) return res.status(422).render("note", { note, values, errors })
  await changeNote(req.auth.user.id, note.id, values)
  res.redirect(303, "/notes")
})

notes.post("/:id/delete", form, async (req, res) => {
  if (!(await removeNote(req.auth.user.id, req.params.id))) notFound()
  res.redirect(303, "/notes")
})

/** Another user's note is not found either: 403 would tell that it exists. */
async function ownNote(req) {
  return (await findNote(req.auth.user.id, req.params.id)) ?? notFound()
}
