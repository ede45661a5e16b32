import { encode } from "express-authjs/jwt"

const cookieName = "authjs.session-token"

/** The `Cookie` header of a session that Auth.js sealed for a user. No two calls return the same. */
export async function sealToken({ id, name, email, image }, secret) {
  const token = { name, email, picture: image, sub: id }
  return `${cookieName}=${await encode({ token, secret, salt: cookieName })}`
}
