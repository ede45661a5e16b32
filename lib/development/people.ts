/** A person to sign in as. Members beyond these are passed on to `profile()`. */
export interface DevelopmentPerson {
  /** The account's id. @default the e-mail address, else the name */
  id?: string
  /** The display name. */
  name?: string | null
  /** The e-mail address. */
  email?: string | null
  /** Whether the provider says that it has verified the address (`email_verified`). @default true */
  emailVerified?: boolean
  /** The URL of a picture. */
  image?: string | null
  /** The role, for apps whose users have one. */
  role?: string
  /** The roles, for apps whose users have several. */
  roles?: readonly string[]
  [more: string]: unknown
}

const longName =
  "Maximiliane Alexandrina Philippa von und zu Hohenstein-Fürstenberg-Waldeck y Fernández de Córdoba"

/** One person for each case that pages and callbacks of an app should cope with. */
export const usualPeople: readonly DevelopmentPerson[] = [
  { name: "Ada Lovelace", email: "ada@example.com", role: "admin", roles: ["admin"] },
  { name: "Bob Moran", email: "bob@example.com", role: "member", roles: ["member"] },
  {
    name: longName,
    email: `${"maximiliane.alexandrina.".repeat(2)}hohenstein@post.fuerstenberg.example.com`,
  },
  { name: "Noor Nomail" },
  { name: "Uma Unverified", email: "uma@example.com", emailVerified: false },
]

/** Returns the id of a person's account. */
export function idOfPerson({ id, email, name }: DevelopmentPerson): string {
  return id || email || name || ""
}

/** Describes a person in a line, e.g. "ada@example.com · admin". */
export function describePerson({
  email,
  emailVerified,
  role,
  roles = role ? [role] : [],
}: DevelopmentPerson): string {
  const address = email || "no email address"
  return [address, ...(email && emailVerified === false ? ["not verified"] : []), ...roles].join(" · ")
}

/**
 * Reads the person that a form describes: `name`, `email`, `roles` separated by commas, and the checkbox `verified`.
 *
 * @returns `undefined` without a name and an e-mail address
 */
export function readPerson(form: Readonly<Record<string, unknown>>): DevelopmentPerson | undefined {
  const [name, email, listed] = ["name", "email", "roles"].map((field) => String(form[field] ?? "").trim())
  if (!name && !email) return
  const roles = (listed ?? "").split(",").flatMap((role) => role.trim() || [])
  const [role] = roles
  return {
    ...(name && { name }),
    ...(email && { email, emailVerified: Boolean(form.verified) }),
    ...(role && { role, roles }),
  }
}
