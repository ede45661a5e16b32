/** What may follow an action in its path: a provider, a file, nothing. */
type Name = "none" | "optional" | "required"

/** The actions of Auth.js and our own, by the first part of the path below the mount. */
const actionNames = {
  signin: "optional",
  callback: "required",
  link: "required",
  unlink: "required",
  signout: "optional",
  "backchannel-logout": "required",
  session: "none",
  "jwks.json": "none",
  csrf: "none",
  providers: "none",
  error: "none",
  "verify-request": "none",
  "confirm-form": "required",
  "webauthn-options": "required",
  assets: "required",
} as const satisfies Record<string, Name>

export type ActionName = keyof typeof actionNames

export interface ActionPath {
  readonly action: ActionName
  readonly name: string | undefined
}

/**
 * Reads a path below the mount.
 *
 * @param tail e.g. `/signin/github`
 * @returns `undefined` for a path that is not ours
 */
export function readActionPath(tail: string): ActionPath | undefined {
  const [empty, action = "", name, ...more] = tail.split("/")
  if (empty !== "" || more.length > 0 || name === "" || !isAction(action)) return
  const expected: Name = actionNames[action]
  if (name === undefined ? expected === "required" : expected === "none") return
  return { action, name }
}

function isAction(action: string): action is ActionName {
  return Object.hasOwn(actionNames, action)
}
