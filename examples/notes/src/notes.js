import { randomUUID } from "node:crypto"
import { db } from "./database.js"
import { toPages } from "./pages.js"
import { toText } from "./text.js"

/** Every function takes the owner's id, and finds no other user's note. */

/** Returns a page of a user's notes, last changed first. */
export async function listNotes(userId, page) {
  const own = db.selectFrom("notes").where("user_id", "=", userId)
  const { total } = await own.select(({ fn }) => fn.countAll().as("total")).executeTakeFirstOrThrow()
  const pages = toPages(total, page)
  const sorted = own.selectAll().orderBy("updated_at", "desc").orderBy("id")
  return { ...pages, items: await sorted.limit(pages.size).offset(pages.offset).execute() }
}

/** Returns a note, or `undefined`. */
export function findNote(userId, id) {
  return db
    .selectFrom("notes")
    .selectAll()
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirst()
}

/** Adds a note, and returns it. */
export async function addNote(userId, { title, body }) {
  const now = new Date().toISOString()
  const note = { id: randomUUID(), user_id: userId, title, body, created_at: now, updated_at: now }
  await db.insertInto("notes").values(note).execute()
  return note
}

/** Changes a note. Returns whether there is one. */
export async function changeNote(userId, id, { title, body }) {
  const { numUpdatedRows } = await db
    .updateTable("notes")
    .set({ title, body, updated_at: new Date().toISOString() })
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0
}

/** Removes a note. Returns whether there was one. */
export async function removeNote(userId, id) {
  const { numDeletedRows } = await db
    .deleteFrom("notes")
    .where("user_id", "=", userId)
    .where("id", "=", id)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0
}

/** Checks what a form or an API client sent. Returns the values, and an error for each that is wrong. */
export function readNote(sent) {
  const values = { title: toText(sent?.title).trim(), body: toText(sent?.body).replaceAll("\r\n", "\n") }
  const errors = {}
  if (!values.title) errors.title = "Give the note a title."
  if (values.title.length > 120) errors.title = "A title has at most 120 characters."
  if (values.body.length > 10_000) errors.body = "A note has at most 10,000 characters."
  return { values, errors, isValid: Object.keys(errors).length === 0 }
}
