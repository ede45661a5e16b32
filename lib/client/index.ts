import { createClient } from "./create-client.js"

export type { AuthClient, RedirectOptions, SignOutOptions } from "./auth-client.js"
export type { ClientSession, SessionListener } from "./client-session.js"
export { createClient } from "./create-client.js"
export { AuthClientError } from "./errors.js"
export type { IdleOptions, IdleTimer } from "./idle.js"
export type { KeepAliveOptions } from "./keep-alive.js"
export type { PasskeyOptions, PasskeySignInOptions } from "./passkeys.js"
export type { AuthClientOptions, AuthClientResult } from "./server.js"
export type { FailureListener } from "./sessions.js"

const client = createClient()

/** Reads the session; see {@link AuthClient.getSession}. */
export const getSession = client.getSession
/** Calls a listener with the session, now and after each change; see {@link AuthClient.onSession}. */
export const onSession = client.onSession
/** Starts a sign-in; see {@link AuthClient.signIn}. */
export const signIn = client.signIn
/** Signs out; see {@link AuthClient.signOut}. */
export const signOut = client.signOut
/** Renews the session while the page is open; see {@link AuthClient.keepAlive}. */
export const keepAlive = client.keepAlive
/** Signs users out who leave the computer; see {@link AuthClient.idle}. */
export const idle = client.idle
/** Signs in with a passkey; see {@link AuthClient.signInWithPasskey}. */
export const signInWithPasskey = client.signInWithPasskey
/** Adds a passkey to an account; see {@link AuthClient.registerPasskey}. */
export const registerPasskey = client.registerPasskey
