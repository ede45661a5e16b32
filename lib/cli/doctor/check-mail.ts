import { keyedMailers } from "../../config/credential-faults.js"
import { providerVariable } from "../../config/env.js"
import { askMailServer } from "./ask-mail-server.js"
import { isLoopback } from "./check-settings.js"
import { type Finding, ok, problem, reasonOf, warning } from "./finding.js"

/**
 * Checks what sends mail: each mail server in a variable of any name, and the API keys of mail services. Sends nothing,
 * so whether mails arrive remains to be tried.
 */
export async function checkMail(variables: NodeJS.ProcessEnv): Promise<Finding[]> {
  const servers = Object.entries(variables).flatMap(([name, value = ""]) =>
    /^smtps?:\/\//i.test(value) ? [checkServer(name, value)] : [],
  )
  return [...(await Promise.all(servers)), ...checkKeys(variables)]
}

async function checkServer(name: string, value: string): Promise<Finding> {
  if (!URL.canParse(value))
    return problem("mail", `${name} is not a URL.`, `Set ${name}=smtp://user:password@smtp.example.com:587`)
  const url = new URL(value)
  try {
    const encryption = await askMailServer(url)
    if (encryption !== "none") return ok("mail", `${name}: the mail server responds, with ${encryption}.`)
    if (isLoopback(url.hostname)) return ok("mail", `${name}: the mail server on this machine responds.`)
    const fix = `Use its port with TLS, such as 465 and smtps://, or another server.`
    return warning("mail", `${name}: the mail server offers no TLS: links can be read on the way.`, fix)
  } catch (error) {
    const fix = `Check ${name}, and that this machine may connect to that port: many hosts block it.`
    return problem("mail", `${name}: ${reasonOf(error)}`, fix)
  }
}

function checkKeys(variables: NodeJS.ProcessEnv): Finding[] {
  const failed = variables.NODE_ENV === "development" ? warning : problem
  return [...keyedMailers].flatMap((service) => {
    const name = `${providerVariable(service)}_KEY`
    if (variables[name] === undefined) return []
    if (variables[name]) return [ok("mail", `${name} is set.`)]
    return [failed("mail", `${name} is listed, but empty.`, `Set ${name}, or remove it.`)]
  })
}
