import { randomUUID } from "node:crypto"
import type { AuthConfig } from "@auth/core"
import type { Adapter, AdapterUser } from "@auth/core/adapters"
import { AuthError } from "@auth/core/errors"
import type { WebAuthnConfig } from "@auth/core/providers/webauthn"
import type { PasskeyProvider } from "../config/resolve-providers.js"
import { wrapNormalizer } from "../mail/normalize-email.js"
import { acceptShortSignatures } from "./accept-short-signatures.js"
import { PasskeyError } from "./passkey-error.js"

/** The user who registers a passkey: an existing one by `id`, or a new one. */
export interface PasskeyUser {
  /** The user's id; absent for a new user. */
  readonly id?: string
  /** The user's e-mail address, shown by the browser. */
  readonly email: string
  /** The user's name, shown by the browser. */
  readonly name?: string | null
}

/** A call to core that registers a passkey or signs in with one. */
export interface PasskeyCall {
  /** What the call does. */
  readonly action: "authenticate" | "register"
  /** The signed-in user who adds a passkey. Such a call signs no one in. */
  readonly linkTo?: PasskeyUser & { readonly id: string }
  /** Called after a passkey was stored. */
  readonly onStored?: (credentialID: string) => Promise<void>
}

/** Thrown if `callbacks.signIn` returns a URL, which core ignores in passkey flows. */
export class SentElsewhere extends AuthError {
  /** The URL to redirect to. */
  readonly url: string

  constructor(url: string) {
    super("callbacks.signIn refused the sign-in and returned a URL.")
    this.url = url
  }
}

type CoreConfig = Pick<AuthConfig, "adapter" | "callbacks">

/** Adapts core's configuration to one passkey call and adds the checks of WebAuthn that core omits. */
export function toPasskeyConfig<Config extends CoreConfig>(config: Config, call: PasskeyCall): Config {
  const { adapter = {}, callbacks = {} } = config
  return { ...config, adapter: guardAdapter(adapter, call), callbacks: refuseByUrl(callbacks) }
}

/**
 * Returns the members that replace a passkey provider's own in one call.
 *
 * @param adapter where credential ids are looked up
 */
export function toPasskeyHooks(
  provider: PasskeyProvider,
  call: PasskeyCall,
  adapter: Adapter,
): Pick<WebAuthnConfig, "getUserInfo" | "registrationOptions" | "simpleWebAuthn"> {
  const { simpleWebAuthn } = provider
  const verify = simpleWebAuthn.verifyRegistrationResponse
  return {
    getUserInfo: toGetUserInfo(provider, call),
    registrationOptions: toDiscoverable(provider),
    simpleWebAuthn: {
      ...simpleWebAuthn,
      verifyAuthenticationResponse: acceptShortSignatures(simpleWebAuthn.verifyAuthenticationResponse),
      verifyRegistrationResponse: async (options) => {
        const result = await verify(options)
        const id = result.registrationInfo?.credentialID
        if (id) await requireNewCredential(Buffer.from(id).toString("base64"), provider, adapter)
        return result
      },
    },
  }
}

/** A passkey that is not discoverable could never sign in, because we send no list of ids. */
function toDiscoverable({
  registrationOptions: own,
}: PasskeyProvider): WebAuthnConfig["registrationOptions"] {
  return {
    ...own,
    authenticatorSelection: { ...own?.authenticatorSelection, residentKey: "required" },
  }
}

/**
 * Requires a credential id that is not registered. A registration proves possession of the new key, but the client
 * chooses the credential id, and core would sign it in as the user who already has that id.
 */
async function requireNewCredential(id: string, provider: PasskeyProvider, adapter: Adapter): Promise<void> {
  const key = { provider: provider.id, providerAccountId: id }
  if ((await adapter.getAuthenticator?.(id)) || (await adapter.getUserByAccount?.(key)))
    throw new PasskeyError("registered", "A passkey with this credential id is already registered.")
}

/**
 * Looks up no address on sign-in, where the passkey alone identifies the user, so there is nothing to enumerate. A
 * sign-up with an address that is taken gets the same response; its registration is refused later.
 */
function toGetUserInfo(
  { getUserInfo }: PasskeyProvider,
  { action, linkTo }: PasskeyCall,
): WebAuthnConfig["getUserInfo"] {
  if (action === "authenticate") return async () => null
  if (linkTo) return async () => ({ user: { ...linkTo }, exists: false })
  const normalize = wrapNormalizer()
  return async (options, request) => {
    const { email } = request.query ?? {}
    const query = { ...request.query, ...(email !== undefined && { email: normalize(email) }) }
    const found = await getUserInfo(options, { ...request, query })
    if (typeof found?.user.email !== "string") return null
    return found.exists ? { user: { email: found.user.email }, exists: false } : found
  }
}

function guardAdapter(adapter: Adapter, call: PasskeyCall): Adapter {
  const hooked = call.action === "authenticate" ? nameMissing(adapter) : completeRows(adapter, call)
  return { ...adapter, ...hooked }
}

function nameMissing({ getAuthenticator, getAccount, getUser }: Adapter): Adapter {
  return {
    getAuthenticator: async (id) => (await getAuthenticator?.(id)) ?? unknown(),
    getAccount: async (id, provider) => (await getAccount?.(id, provider)) ?? unknown(),
    getUser: async (id) => (await getUser?.(id)) ?? unknown(),
  }
}

/** Gives a new user the same fields as core's other flows. */
function completeRows({ createUser, createAuthenticator }: Adapter, call: PasskeyCall): Adapter {
  return {
    ...(createUser && !call.linkTo && { createUser: (user) => createUser(withOwnId(user)) }),
    ...(createAuthenticator && {
      createAuthenticator: async (row) => {
        const stored = await createAuthenticator(row)
        await call.onStored?.(row.credentialID)
        return stored
      },
    }),
  }
}

function withOwnId(user: AdapterUser): AdapterUser {
  return { ...user, id: user.id ?? randomUUID(), emailVerified: null }
}

function unknown(): never {
  throw new PasskeyError("unknown", "There is no such passkey; it may have been removed.")
}

type Callbacks = NonNullable<AuthConfig["callbacks"]>

function refuseByUrl({ signIn, ...others }: Partial<Callbacks>): Partial<Callbacks> {
  if (!signIn) return others
  return {
    ...others,
    signIn: async (params) => {
      const result = await signIn(params)
      if (typeof result === "string") throw new SentElsewhere(result)
      return result
    },
  }
}
