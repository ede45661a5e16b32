import assert from "node:assert/strict"
import type { DeviceSession } from "../../stores/adapter-extras.js"
import {
  adapterCase,
  addUser,
  assertFields,
  assertNothing,
  inMinutes,
  type TestedAdapter,
  unique,
} from "./case.js"

const keeping = ["createUser", "createSession", "getSessionAndUser"] as const

async function addSession(
  adapter: TestedAdapter,
  userId: string,
  values: { sessionToken?: string; expires?: Date } = {},
) {
  const session = { sessionToken: unique(), userId, expires: inMinutes(5), ...values }
  await adapter.createSession(session)
  return session
}

/** Around changes to and from daylight saving time, where local times exist twice or not at all, and beyond 32 bits. */
const moments = [
  "2027-03-28T01:30:00.123Z",
  "2027-10-31T00:30:00.001Z",
  "2027-10-31T01:30:00.999Z",
  "2039-01-01T00:00:00.000Z",
]

const reading = [
  adapterCase("finds a session with its user", keeping, async (adapter) => {
    const user = await addUser(adapter)
    const session = await addSession(adapter, user.id)
    const found = await adapter.getSessionAndUser(session.sessionToken)
    assertFields(found?.session, session)
    assertFields(found?.user, user)
  }),
  adapterCase("keeps dates to the millisecond in every time zone", keeping, async (adapter) => {
    const { id } = await addUser(adapter)
    for (const moment of moments) {
      const expires = new Date(moment)
      const { sessionToken } = await addSession(adapter, id, { expires })
      assertFields((await adapter.getSessionAndUser(sessionToken))?.session, { expires })
    }
  }),
  adapterCase("keeps a token of 300 characters", keeping, async (adapter) => {
    const { id } = await addUser(adapter)
    const session = await addSession(adapter, id, { sessionToken: unique().padEnd(300, "x") })
    assertFields((await adapter.getSessionAndUser(session.sessionToken))?.session, session)
  }),
  adapterCase("returns null for an unknown session", keeping, async (adapter) => {
    const { id } = await addUser(adapter)
    const { sessionToken } = await addSession(adapter, id, { sessionToken: unique("Token-é-") })
    const others = [
      "",
      " ",
      "%",
      "'",
      unique(),
      "x".repeat(10_000),
      `${sessionToken} `,
      sessionToken.slice(0, -1),
    ]
    const lookalikes = [sessionToken.toLowerCase(), sessionToken.replace("é", "e")]
    for (const other of [...others, ...lookalikes]) assertNothing(await adapter.getSessionAndUser(other))
  }),
  adapterCase("returns null for a token with a NUL character", keeping, async (adapter) => {
    const { id } = await addUser(adapter)
    const { sessionToken } = await addSession(adapter, id)
    assertNothing(await adapter.getSessionAndUser(`${sessionToken}\0`))
    assertNothing(await adapter.getSessionAndUser(`${sessionToken}\0more`))
  }),
]

const writing = [
  adapterCase("extends a session", [...keeping, "updateSession"], async (adapter) => {
    const { id } = await addUser(adapter)
    const { sessionToken } = await addSession(adapter, id)
    const expires = inMinutes(60)
    await adapter.updateSession({ sessionToken, expires })
    assertFields((await adapter.getSessionAndUser(sessionToken))?.session, {
      sessionToken,
      userId: id,
      expires,
    })
  }),
  adapterCase("deletes one session", [...keeping, "deleteSession"], async (adapter) => {
    const { id } = await addUser(adapter)
    const [gone, left] = [await addSession(adapter, id), await addSession(adapter, id)]
    await adapter.deleteSession(gone.sessionToken)
    await adapter.deleteSession(gone.sessionToken)
    assertNothing(await adapter.getSessionAndUser(gone.sessionToken))
    assertFields((await adapter.getSessionAndUser(left.sessionToken))?.session, left)
  }),
  adapterCase(
    "lists the unexpired sessions of a user",
    ["createUser", "createSession", "listSessions"],
    async (adapter) => {
      const [user, other] = [await addUser(adapter), await addUser(adapter)]
      const early = await addSession(adapter, user.id, { expires: inMinutes(5) })
      const late = await addSession(adapter, user.id, { expires: inMinutes(10) })
      await addSession(adapter, user.id, { expires: inMinutes(-5) })
      await addSession(adapter, other.id)
      const listed = await adapter.listSessions(user.id)
      assert.deepEqual(
        listed.map(({ sessionToken }) => sessionToken),
        [late.sessionToken, early.sessionToken],
      )
      assertFields(listed[0], late)
      assert.deepEqual(await adapter.listSessions(unique()), [])
    },
  ),
  adapterCase(
    "keeps the device and the last use of a session",
    ["createUser", "createSession", "updateSession", "listSessions", "keepsDevices"],
    async (adapter) => {
      const { id } = await addUser(adapter)
      const { sessionToken } = await addSession(adapter, id)
      assertFields((await adapter.listSessions(id))[0], { sessionToken, userAgent: null, lastUsedAt: null })
      const seen = { userAgent: "Zoë's browser 🦊".padEnd(512, "x"), lastUsedAt: inMinutes(0) }
      const renewed: DeviceSession = { sessionToken, userId: id, expires: inMinutes(9), ...seen }
      await adapter.updateSession(renewed)
      assertFields((await adapter.listSessions(id))[0], renewed)
      const second = { ...renewed, sessionToken: unique(), lastUsedAt: inMinutes(-1), expires: inMinutes(1) }
      await adapter.createSession(second)
      assertFields((await adapter.listSessions(id))[1], second)
    },
  ),
  adapterCase(
    "keeps the sign-in of a session and returns it with the session",
    ["createUser", "createSession", "getSessionAndUser", "listSessions", "updateSession", "keepsSignIn"],
    async (adapter) => {
      const { id } = await addUser(adapter)
      const session = {
        sessionToken: unique(),
        userId: id,
        expires: inMinutes(5),
        signIn: '{"time":1,"is":"é🦊"}',
      }
      await adapter.createSession(session)
      assert.equal(await adapter.keepsSignIn?.(), true)
      assertFields((await adapter.getSessionAndUser(session.sessionToken))?.session, session)
      await adapter.updateSession({ sessionToken: session.sessionToken, expires: inMinutes(9) })
      const { signIn } = session
      assertFields((await adapter.getSessionAndUser(session.sessionToken))?.session, { signIn })
      assertFields((await adapter.listSessions(id))[0], { signIn })
    },
  ),
  adapterCase(
    "deletes all sessions of a user except one",
    [...keeping, "deleteUserSessions"],
    async (adapter) => {
      const [user, other] = [await addUser(adapter), await addUser(adapter)]
      const [gone, kept] = [await addSession(adapter, user.id), await addSession(adapter, user.id)]
      const foreign = await addSession(adapter, other.id)
      await adapter.deleteUserSessions(user.id, kept.sessionToken)
      assertNothing(await adapter.getSessionAndUser(gone.sessionToken))
      assertFields((await adapter.getSessionAndUser(kept.sessionToken))?.session, kept)
      await adapter.deleteUserSessions(user.id)
      assertNothing(await adapter.getSessionAndUser(kept.sessionToken))
      assertFields((await adapter.getSessionAndUser(foreign.sessionToken))?.session, foreign)
    },
  ),
]

/** Cases for sessions. */
export const sessionCases = [...reading, ...writing]
