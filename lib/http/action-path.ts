/** Whether an action takes a name in its path, such as a provider's id or a file's name. */
type Name = "none" | "optional" | "required"

/** The actions of Auth.js and our own, by the first segment of the path below the mount. */
export const actionNames = {
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
  inbox: "none",
  account: "optional",
} as const satisfies Record<string, Name>

/** The first segment of our paths. */
export type ActionName = keyof typeof actionNames

/** A parsed path below the mount. */
export interface ActionPath {
  /** The first segment. */
  readonly action: ActionName
  /** The segment after the action, such as a provider's id. */
  readonly name: string | undefined
}

/**
 * Parses a path below the mount.
 *
 * @param tail e.g. `/signin/github`
 * @returns `undefined` for a path that belongs to no action
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
