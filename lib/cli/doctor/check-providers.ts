import { providerVariable } from "../../config/env.js"
import { boundFetch } from "../../http/bound-fetch.js"
import { readJsonObject } from "../../providers/discovery.js"
import { listProviders, loadIssuer } from "../provider-module.js"
import { type Finding, ok, printable, problem, reasonOf, warning } from "./finding.js"

const request = boundFetch()

/** An OpenID Connect provider that the environment configures. */
interface Issuer {
  /** The start of its variables, e.g. `AUTH_GOOGLE`. */
  readonly prefix: string
  readonly issuer: string
}

/** Checks the providers that have variables: none is forgotten, and every issuer publishes its document. */
export async function checkProviders(variables: NodeJS.ProcessEnv): Promise<Finding[]> {
  const issuers = await findIssuers(variables)
  return [...findIncomplete(variables), ...(await Promise.all(issuers.map(checkIssuer)))]
}

function findIncomplete(variables: NodeJS.ProcessEnv): Finding[] {
  const prefixes = Object.keys(variables).flatMap(
    (name) => /^(AUTH_\w+)_(?:ID|SECRET)$/.exec(name)?.[1] ?? [],
  )
  return [...new Set(prefixes)].flatMap((prefix) => {
    const [id, secret] = [`${prefix}_ID`, `${prefix}_SECRET`]
    if (!variables[id] && !variables[secret]) return [describeEmpty(prefix, variables)]
    if (variables[id] && variables[secret]) return []
    const [present, missing] = variables[id] ? [id, secret] : [secret, id]
    return [
      warning(
        "providers",
        `${present} is set without ${missing}.`,
        `Set ${missing}, unless the client is public.`,
      ),
    ]
  })
}

/** Development shows such a provider under "To set up"; everything else does not start with it. */
function describeEmpty(prefix: string, { NODE_ENV }: NodeJS.ProcessEnv): Finding {
  const text = `${prefix}_ID and ${prefix}_SECRET are listed, but empty.`
  const fix = `Set them, or remove the provider. \`npx express-authjs add\` says where to register the app.`
  return NODE_ENV === "development" ? warning("providers", text, fix) : problem("providers", text, fix)
}

async function findIssuers(variables: NodeJS.ProcessEnv): Promise<Issuer[]> {
  const given = Object.entries(variables).flatMap(([name, issuer]) => {
    const prefix = /^(AUTH_\w+)_ISSUER$/.exec(name)?.[1]
    return prefix && issuer ? [{ prefix, issuer }] : []
  })
  const known = listProviders().filter((name) => {
    const prefix = providerVariable(name)
    return variables[`${prefix}_ID`] && !given.some((one) => one.prefix === prefix)
  })
  const fixed = await Promise.all(
    known.map(async (name) => ({ prefix: providerVariable(name), issuer: await loadIssuer(name) })),
  )
  return [...given, ...fixed.flatMap(({ prefix, issuer }) => (issuer ? [{ prefix, issuer }] : []))]
}

async function checkIssuer({ prefix, issuer }: Issuer): Promise<Finding> {
  if (!URL.canParse(issuer) || !/^https?:$/.test(new URL(issuer).protocol))
    return problem("providers", `${prefix}_ISSUER is not a URL.`, `Set ${prefix}_ISSUER=https://…`)
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`
  try {
    const response = await request(url, { headers: { accept: "application/json" } })
    const document = readJsonObject(await response.text())
    return judge(prefix, issuer, { status: response.status, document, url })
  } catch (error) {
    return problem("providers", `${prefix}: ${url} does not respond: ${reasonOf(error)}`, fixOf(prefix))
  }
}

interface Answer {
  readonly status: number
  readonly document: Record<string, unknown> | undefined
  readonly url: string
}

function judge(prefix: string, issuer: string, { status, document, url }: Answer): Finding {
  if (status !== 200 || !document)
    return problem(
      "providers",
      `${prefix}: ${url} is no discovery document (status ${status}).`,
      fixOf(prefix),
    )
  // Entra's document for all tenants has a placeholder in its issuer.
  if (document.issuer !== issuer && !String(document.issuer).includes("{tenantid}"))
    return problem(
      "providers",
      `${prefix}: the discovery document is that of another issuer, ${printable(String(document.issuer))}.`,
      `Set ${prefix}_ISSUER to it, to the letter, if you trust it.`,
    )
  return ok("providers", `${prefix}: ${issuer} publishes its discovery document.`)
}

function fixOf(prefix: string): string {
  return `Check ${prefix}_ISSUER, and that this machine may reach it.`
}
