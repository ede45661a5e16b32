import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { signedIn } from "express-authjs/testing"
import request from "supertest"
import { app } from "../src/app.js"
import { closeDatabase, migrate } from "../src/database.js"

before(migrate)
after(closeDatabase)

const ada = () => signedIn(app, { user: { name: "Ada", email: "ada@example.com" }, roles: ["admin"] })
const bob = () => signedIn(app, { user: { name: "Bob", email: "bob@example.com" } })

/** Opens a page, and returns what posts a form of it. */
async function open(agent, path) {
  const { text } = await agent.get(path).expect(200)
  const [, csrfToken] = /name="csrfToken" value="(\w+)"/.exec(text) ?? []
  return {
    text,
    post: (action, fields) =>
      agent
        .post(action)
        .type("form")
        .send({ csrfToken, ...fields }),
  }
}

async function write(agent, title, body = "") {
  const { body: note } = await agent.post("/api/notes").send({ title, body }).expect(201)
  return note
}

test("shows strangers the start page only", async () => {
  const visitor = request(app)
  assert.match((await visitor.get("/").expect(200)).text, /Sign in/)
  await visitor
    .get("/notes")
    .set("accept", "text/html")
    .expect(302)
    .expect("location", /\/auth\/signin/)
  await visitor.get("/api/notes").expect(401)
  await visitor.get("/healthz").expect(200, "ok")
  const { headers } = await visitor.get("/nowhere").expect(404)
  assert.match(headers["content-security-policy"], /default-src 'self'/)
})

test("writes, changes and deletes a note", async () => {
  const agent = await signedIn(app, { user: { name: "Carol" } })
  assert.match((await open(agent, "/notes")).text, /No notes yet/)
  const fresh = await open(agent, "/notes/new")
  await fresh.post("/notes", { title: "<b>Tea</b>", body: "Green" }).expect(303).expect("location", "/notes")
  const list = await open(agent, "/notes")
  assert.match(list.text, /&lt;b&gt;Tea&lt;\/b&gt;/)
  const [path] = /\/notes\/[0-9a-f-]{36}/.exec(list.text)
  const page = await open(agent, path)
  assert.match(page.text, /Green/)
  await page.post(path, { title: "Coffee", body: "Black" }).expect(303)
  assert.match((await open(agent, "/notes")).text, /Coffee/)
  await page.post(`${path}/delete`).expect(303)
  await agent.get(path).expect(404)
})

test("shows what is wrong with a note, and keeps what was typed", async () => {
  const agent = await bob()
  const page = await open(agent, "/notes/new")
  const { text } = await page.post("/notes", { title: " ", body: "A long text" }).expect(422)
  assert.match(text, /Give the note a title/)
  assert.match(text, /A long text/)
  await page.post("/notes", { title: "t".repeat(121) }).expect(422)
  await page.post("/notes", { title: "Long", body: "b".repeat(10_001) }).expect(422)
  await page.post("/notes", { title: "Longer", body: "b".repeat(70_000) }).expect(413)
})

test("refuses forms without the token", async () => {
  const [agent, page] = [await bob(), await open(await ada(), "/notes/new")]
  await agent.post("/notes").type("form").send({ title: "Forged" }).expect(403)
  const [, foreign] = /name="csrfToken" value="(\w+)"/.exec(page.text)
  await agent.post("/notes").type("form").send({ title: "Forged", csrfToken: foreign }).expect(403)
})

test("does not find another user's note, even for admins", async () => {
  const { id } = await write(await bob(), "Private")
  const agent = await ada()
  const { post } = await open(agent, "/notes/new")
  await agent.get(`/notes/${id}`).expect(404)
  await post(`/notes/${id}`, { title: "Mine" }).expect(404)
  await post(`/notes/${id}/delete`).expect(404)
  await agent.get(`/api/notes/${id}`).expect(404)
  await agent.put(`/api/notes/${id}`).send({ title: "Mine" }).expect(404)
  await agent.delete(`/api/notes/${id}`).expect(404)
  assert.equal((await (await bob()).get(`/api/notes/${id}`).expect(200)).body.title, "Private")
})

test("pages through many notes", async () => {
  const agent = await signedIn(app, { user: { name: "Dora" } })
  for (let count = 1; count <= 11; count++) await write(agent, `Note ${count}.`)
  const { text } = await open(agent, "/notes")
  assert.match(text, /Page 1 of 2/)
  assert.equal(text.match(/Note \d+\./g).length, 10)
  assert.equal((await open(agent, "/notes?page=2")).text.match(/Note \d+\./g).length, 1)
  for (const page of ["99", "-1", "x"]) await agent.get(`/notes?page=${page}`).expect(200)
  const { body } = await agent.get("/api/notes?page=2")
  assert.deepEqual([body.page, body.last, body.total, body.notes.length], [2, 2, 11, 1])
})

test("has an API that explains what is wrong", async () => {
  const agent = await bob()
  const { id } = await write(agent, "By API")
  await agent.put(`/api/notes/${id}`).send({ title: "Changed", body: "…" }).expect(200)
  await agent.delete(`/api/notes/${id}`).expect(204)
  const invalid = await agent.post("/api/notes").send({ title: 1 }).expect(422)
  assert.match(invalid.headers["content-type"], /problem\+json/)
  assert.deepEqual(invalid.body.errors, { title: "Give the note a title." })
  await agent.post("/api/notes").type("form").send({ title: "Form" }).expect(415)
  await agent.post("/api/notes").type("json").send("{").expect(400)
  for (const path of ["nothing", "notes/nothing", "notes/%00"]) await agent.get(`/api/${path}`).expect(404)
  assert.equal((await write(agent, "Nul\0l", "\0")).title, "Null")
})

test("lets admins change the roles of others", async () => {
  const [admin, member] = [await ada(), await bob()]
  await member.get("/admin").expect(403)
  const users = await open(admin, "/admin")
  const [, action] = /action="(\/admin\/users\/[^"]+\/role)".*?aria-label="Role of Bob"/s.exec(users.text)
  await users.post(action, { role: "owner" }).expect(422)
  await users.post(action, { role: "admin" }).expect(303)
  const theirs = await open(member, "/admin")
  await theirs.post(action, { role: "member" }).expect(403) // their own
  await users.post(action, { role: "member" }).expect(303)
  await member.get("/admin").expect(403)
  await users.post("/admin/users/unknown/role", { role: "admin" }).expect(404)
})

test("renames the user, and signs out everywhere", async () => {
  const [laptop, phone] = [await bob(), await bob()]
  const page = await open(laptop, "/account")
  await page.post("/account/name", { name: "" }).expect(422)
  await page.post("/account/name", { name: "Robert" }).expect(303)
  assert.match((await open(phone, "/account")).text, /Robert/)
  await page.post("/account/sign-out-everywhere").expect(302)
  await phone.get("/api/notes").expect(401)
  await laptop.get("/api/notes").expect(401)
})
