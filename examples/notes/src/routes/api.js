import { json, Router } from "express"
import { HttpError, notFound } from "../errors.js"
import { addNote, changeNote, findNote, listNotes, readNote, removeNote } from "../notes.js"

/**
 * The user's notes as JSON, behind the same guard as the pages. Needs no CSRF token: without CORS, no other site can make
 * a browser send JSON or DELETE.
 */
export const api = Router()

api.get("/notes", async (req, res) => {
  const { items, page, last, total } = await listNotes(req.auth.user.id, req.query.page)
  res.json({ notes: items.map(toJson), page, last, total })
})

api.post("/notes", json(), async (req, res) => {
  const note = await addNote(req.auth.user.id, validNote(req))
  res.status(201).location(`/api/notes/${note.id}`).json(toJson(note))
})

api.get("/notes/:id", async (req, res) => res.json(toJson(await ownNote(req))))

api.put("/notes/:id", json(), async (req, res) => {
  if (!(await changeNote(req.auth.user.id, req.params.id, validNote(req)))) notFound()
  res.json(toJson(await ownNote(req)))
})

api.delete("/notes/:id", async (req, res) => {
  if (!(await removeNote(req.auth.user.id, req.params.id))) notFound()
  res.sendStatus(204)
})

async function ownNote(req) {
  return (await findNote(req.auth.user.id, req.params.id)) ?? notFound()
}

function validNote(req) {
  if (!req.is("application/json")) throw new HttpError(415, "Send JSON, with Content-Type: application/json.")
  const { values, errors, isValid } = readNote(req.body)
  if (!isValid) throw Object.assign(new HttpError(422, "The note is not valid."), { errors })
  return values
}

function toJson({ id, title, body, created_at, updated_at }) {
  return { id, title, body, createdAt: created_at, updatedAt: updated_at }
}
