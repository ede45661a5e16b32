import { randomUUID } from "node:crypto"
import type { AuthConfig } from "@auth/core"
import type { Adapter, AdapterUser } from "@auth/core/adapters"
import { AuthError } from "@auth/core/errors"
import type { WebAuthnConfig } from "@auth/core/providers/webauthn"
import type { PasskeyProvider } from "../config/resolve-providers.js"
import { wrapNormalizer } from "../mail/normalize-email.js"
import { acceptShortSignatures } from "./accept-short-signatures.js"
import { PasskeyError } from "./passkey-error.js"

/** Somebody a passkey is made for: a user by `id`, or one who is to be made. */
export interface PasskeyUser {
  readonly id?: string
  readonly email: string
  readonly name?: string | null
}

/** What a call to core about a passkey is to do. */
export interface PasskeyCall {
  readonly action: "authenticate" | "register"
  /** The signed-in user who gets one more passkey. Nobody signs in then. */
  readonly linkTo?: PasskeyUser & { readonly id: string }
  /** Told of a passkey that was stored. */
  readonly onStored?: (credentialID: string) => Promise<void>
}

/** Where `callbacks.signIn` sends somebody it does not let in. Core does not look, where passkeys are concerned. */
export class SentElsewhere extends AuthError {
  readonly url: string

  constructor(url: string) {
    super("callbacks.signIn returned a URL")
    this.url = url
  }
}

type CoreConfig = Pick<AuthConfig, "adapter" | "callbacks">

/** Extends a configuration of core for one call about a passkey with what core leaves out of WebAuthn. */
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

/** A passkey that the device cannot find without being told its id could never sign in. */
function toDiscoverable({
  registrationOptions: own,
}: PasskeyProvider): WebAuthnConfig["registrationOptions"] {
  return {
    ...own,
    authenticatorSelection: { ...own?.authenticatorSelection, residentKey: "required" },
  }
}

/**
 * A registration proves that somebody has the new key, and nothing about the credential id: they choose it themselves.
 * Core would sign them in as the user who has that id already.
 *
 * @see https://www.w3.org/TR/webauthn-2/#sctn-registering-a-new-credential step 22
 */
async function requireNewCredential(id: string, provider: PasskeyProvider, adapter: Adapter): Promise<void> {
  const key = { provider: provider.id, providerAccountId: id }
  if ((await adapter.getAuthenticator?.(id)) || (await adapter.getUserByAccount?.(key)))
    throw new PasskeyError("registered", "A passkey with this credential id is registered already")
}

/**
 * Who signs in is known by the passkey alone, so no address is looked up: there is nothing to enumerate. Who signs up
 * gets the same answer for an address that is taken; what they sign for it is refused later.
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

/** Whom a new user is made for gets what core gives all others. */
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
  throw new PasskeyError("unknown", "The passkey is not, or no longer, registered here")
}

type Callbacks = NonNullable<AuthConfig["callbacks"]>

function refuseByUrl({ signIn, ...others }: Partial<Callbacks>): Partial<Callbacks> {
  if (!signIn) return others
  return {
    ...others,
    signIn: async (params) => {
      const answer = await signIn(params)
      if (typeof answer === "string") throw new SentElsewhere(answer)
      return answer
    },
  }
}
