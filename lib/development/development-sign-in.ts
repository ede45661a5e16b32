import type { OAuthConfig } from "@auth/core/providers"
import { developmentOnly } from "../config/development-only.js"
import { ConfigError } from "../errors.js"
import type { Body } from "../http/read-body.js"
import {
  type ProfileUser,
  type StrategyOutcome,
  type StrategyProvider,
  toStrategyDefinition,
} from "../providers/strategy-provider.js"
import { type DevelopmentPerson, describePerson, idOfPerson, readPerson, usualPeople } from "./people.js"

type Awaitable<Value> = Value | PromiseLike<Value>

/** The claims about a person, as callbacks get them in `profile`. */
export interface DevelopmentProfile {
  /** The account's id. */
  sub: string
  /** The display name. */
  name?: string | null
  /** The e-mail address. */
  email?: string | null
  /** Whether the address is verified. */
  email_verified?: boolean
  /** The URL of a picture. */
  picture?: string | null
  [more: string]: unknown
}

/** Options of {@link DevelopmentSignIn}. */
export interface DevelopmentSignInOptions {
  /**
   * The people to choose from.
   *
   * @default an admin, a member, a very long name, one without an e-mail address, and one with an unverified address
   */
  people?: readonly DevelopmentPerson[]
  /**
   * Converts the claims into the user to store, as `profile()` of every Auth.js provider.
   *
   * @default the person as given, with `id`, and without `emailVerified`
   */
  profile?(profile: DevelopmentProfile): Awaitable<{ id?: string; [more: string]: unknown }>
  /** Whether to link the account to an existing user with the same e-mail address. @default false */
  allowDangerousEmailAccountLinking?: boolean
}

/**
 * Returns a provider that signs in as any person, without a registration anywhere: the sign-in page lists people to
 * choose from, and a form to invent one. Users, accounts, sessions, callbacks and events are those of an OAuth
 * provider.
 *
 * It exists only where NODE_ENV is `"development"`; anywhere else it is left out, with a warning. Requests from other
 * computers, or through a proxy or a tunnel, get 403.
 *
 * @throws {ConfigError} `ERR_AUTH_PROVIDER` when `people` is not a list of people with names or e-mail addresses
 * @example
 * ExpressAuth({ providers: [GitHub, DevelopmentSignIn()] })
 * @example
 * DevelopmentSignIn({ people: [{ name: "Ada", email: "ada@example.com", role: "admin" }] })
 */
export function DevelopmentSignIn(options: DevelopmentSignInOptions = {}): OAuthConfig<DevelopmentProfile> {
  const { allowDangerousEmailAccountLinking } = options
  const names = { id: "development", name: "Development sign-in" }
  return {
    ...toStrategyDefinition<DevelopmentProfile>(names, toStrategy(options)),
    ...(allowDangerousEmailAccountLinking && { allowDangerousEmailAccountLinking }),
    ...{ [developmentOnly]: true },
  }
}

const fields = {
  name: { label: "Name", autocomplete: "off" },
  email: { label: "Email address", type: "email", autocomplete: "off" },
  roles: { label: "Roles, separated by commas", autocomplete: "off", autocapitalize: "none" },
  verified: { label: "Email address is verified", type: "checkbox", checked: true },
}

function toStrategy({ people = usualPeople, profile }: DevelopmentSignInOptions): StrategyProvider {
  const known = indexPeople(people)
  const described = [...known].map(([id, person]) => ({
    id,
    name: person.name || id,
    about: describePerson(person),
  }))
  return {
    ownUsers: false,
    people: described,
    fields,
    advance: async ({ body }) => {
      const person = findPerson(body, known)
      return typeof person === "string" ? { type: "refusal", message: person } : signInAs(person, profile)
    },
  }
}

function indexPeople(people: readonly DevelopmentPerson[]): Map<string, DevelopmentPerson> {
  if (!Array.isArray(people) || people.length === 0) throw misuse("`people` is not a list with people")
  const known = new Map<string, DevelopmentPerson>()
  for (const [index, person] of people.entries()) {
    const id = idOfPerson(Object(person))
    if (typeof id !== "string" || id === "") throw misuse(`people[${index}] has no \`name\` or \`email\``)
    if (known.has(id)) throw misuse(`two people have the id "${id}"`)
    known.set(id, person)
  }
  return known
}

function misuse(problem: string): ConfigError {
  return new ConfigError(
    "ERR_AUTH_PROVIDER",
    `DevelopmentSignIn: ${problem}. Write people: [{ name: "Ada", email: "ada@example.com", role: "admin" }].`,
  )
}

/** Returns the person that a form chooses or describes, or a message for the developer. */
function findPerson(body: Body, known: ReadonlyMap<string, DevelopmentPerson>): DevelopmentPerson | string {
  if (body.person === undefined) return readPerson(body) ?? "Enter a name or an email address."
  return known.get(String(body.person)) ?? "That person is not on the list any more. Choose another one."
}

async function signInAs(
  person: DevelopmentPerson,
  toUser: DevelopmentSignInOptions["profile"],
): Promise<StrategyOutcome> {
  const claims = toClaims(person)
  const { id = claims.sub, ...user } = (await toUser?.(claims)) ?? toDefaultUser(person)
  return {
    type: "success",
    user: { ...user, id: String(id) } as ProfileUser,
    profile: claims,
    tokens: { id_token: toIdToken(claims) },
  }
}

function toClaims(person: DevelopmentPerson): DevelopmentProfile {
  const { id: _, emailVerified, image, ...known } = person
  return {
    ...known,
    sub: idOfPerson(person),
    ...(person.email && { email_verified: emailVerified !== false }),
    ...(image && { picture: image }),
  }
}

function toDefaultUser({ emailVerified: _, ...person }: DevelopmentPerson): { id?: string } {
  return { name: null, email: null, image: null, ...person, id: idOfPerson(person) }
}

/** Tells which addresses are verified, as the id_token of an OpenID provider does. Nothing verifies a signature. */
function toIdToken(claims: DevelopmentProfile): string {
  const [header, payload] = [{ alg: "none" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  )
  return `${header}.${payload}.`
}
