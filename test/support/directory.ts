import ldapjs from "ldapjs"

export interface Directory {
  url: string
  /** The names of all attempts to sign in, successful or not. */
  tried: string[]
  close(): Promise<void>
}

const people = "ou=people,dc=example,dc=com"

/** A real LDAP server on loopback that knows Ada. Like most, it accepts an empty password as an anonymous bind. */
export async function startDirectory(): Promise<Directory> {
  const server = ldapjs.createServer()
  const tried: string[] = []
  const ada = `uid=ada,${people}`
  const same = (dn: { toString(): string }) => dn.toString().replaceAll(" ", "").toLowerCase() === ada
  server.bind(people, (req, res, next) => {
    tried.push(req.dn.toString())
    const isRight = same(req.dn) && req.credentials === "analytical"
    if (!isRight && req.credentials !== "") return next(new ldapjs.InvalidCredentialsError())
    res.end()
    return next()
  })
  server.search(people, (req, res, next) => {
    const attributes = { uid: "ada", cn: "Ada Lovelace", mail: "ada@example.com", objectclass: ["person"] }
    const isAsked = same(req.dn) || req.scope !== "base"
    if (isAsked && req.filter.matches(attributes)) res.send({ dn: ada, attributes })
    res.end()
    return next()
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  server.server.unref()
  const close = () => new Promise<void>((resolve) => server.close(resolve))
  return { url: server.url, tried, close }
}
