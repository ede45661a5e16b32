import { SignedXml } from "xml-crypto"
import { selfSigned } from "./self-signed-certificate.js"

/**
 * Forgeries, by name, with which an attacker turns a signed response about Ada into one about Grace. All need a
 * response whose Assertion is signed and whose Response is not.
 */
export const samlForgeries: Record<string, (xml: string) => string> = {
  "another name in the signed assertion": (xml) => toGrace(xml),
  "no signature": (xml) => xml.replace(signaturePattern, ""),
  "no signature, and another name": (xml) => toGrace(xml.replace(signaturePattern, "")),
  "the value of the signature cut out": (xml) =>
    toGrace(xml).replace(/(<ds:SignatureValue>)[^<]*(<)/, "$1$2"),
  "a second, unsigned assertion before the signed one": (xml) =>
    xml.replace(assertionPattern, (signed) => forgedOf(signed) + signed),
  "a second, unsigned assertion after the signed one": (xml) =>
    xml.replace(assertionPattern, (signed) => signed + forgedOf(signed)),
  "a second assertion with the ID of the signed one": (xml) =>
    xml.replace(assertionPattern, (signed) => toGrace(signed.replace(signaturePattern, "")) + signed),
  "the signed assertion inside the forged one": (xml) =>
    xml.replace(assertionPattern, (signed) =>
      forgedOf(signed).replace("</saml:Subject>", `</saml:Subject>${signed}`),
    ),
  "the forged assertion inside the signed one": (xml) =>
    xml.replace(assertionPattern, (signed) =>
      signed.replace("</saml:Subject>", `</saml:Subject>${forgedOf(signed)}`),
    ),
  "the signed assertion in an Object of the forged one's signature": (xml) =>
    xml.replace(assertionPattern, (signed) => withSignatureOf(signed, forgedOf(signed), true)),
  "the signed assertion among the extensions of the response": (xml) =>
    xml
      .replace(assertionPattern, (signed) => withSignatureOf(signed, forgedOf(signed), false))
      .replace("<samlp:Status>", `<samlp:Extensions>${unsigned(xml)}</samlp:Extensions><samlp:Status>`),
  "the whole answer inside a forged one": (xml) => {
    const forged = forgedOf(assertionPattern.exec(xml)?.[0] ?? "")
    return xml
      .replace(assertionPattern, forged)
      .replace("<samlp:Status>", `<samlp:Extensions>${xml}</samlp:Extensions><samlp:Status>`)
  },
  "signed by a stranger's key": (xml) => signAgain(xml, "rsa"),
  "signed with the certificate as the secret of an HMAC": (xml) => signAgain(xml, "hmac"),
  "entities of its own": (xml) =>
    `<!DOCTYPE x [<!ENTITY name "grace">]>${xml.replace(signaturePattern, "").replace(">ada<", ">&name;<")}`,
  "entities that grow without end": (xml) =>
    `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${"bcdefghi"
      .split("")
      .map((name, i) => `<!ENTITY ${name} "${`&${"abcdefgh"[i]};`.repeat(10)}">`)
      .join("")}]>${xml.replace(">ada<", ">&i;<")}`,
}

const signaturePattern = /<ds:Signature[\s\S]*?<\/ds:Signature>/
const assertionPattern = /<saml:Assertion[\s\S]*<\/saml:Assertion>/

const toGrace = (xml: string) =>
  xml.replaceAll(">ada<", ">grace<").replaceAll("ada@example.com", "grace@example.com")
const unsigned = (xml: string) => (assertionPattern.exec(xml)?.[0] ?? "").replace(signaturePattern, "")
const forgedOf = (signed: string) =>
  toGrace(signed.replace(signaturePattern, "")).replace(/ID="_[^"]+"/, 'ID="_forged"')

/** The forged assertion with the signature of the signed one, optionally with that one enclosed. */
function withSignatureOf(signed: string, forged: string, bringsAlong: boolean): string {
  const [signature = ""] = signaturePattern.exec(signed) ?? []
  const along = bringsAlong ? `<ds:Object>${signed.replace(signaturePattern, "")}</ds:Object>` : ""
  const moved = signature.replace("</ds:Signature>", `${along}</ds:Signature>`)
  return forged.replace("</saml:Issuer>", `</saml:Issuer>${moved}`)
}

/** A forged assertion, signed with a foreign key. */
function signAgain(xml: string, kind: "rsa" | "hmac"): string {
  const bare = toGrace(xml.replace(signaturePattern, ""))
  const certificate = /<ds:X509Certificate>([^<]*)</.exec(xml)?.[1] ?? ""
  const pem = `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`
  const stranger = selfSigned("A stranger")
  const signature = new SignedXml({
    privateKey: kind === "rsa" ? stranger.privateKey : pem,
    publicCert: kind === "rsa" ? stranger.certificate : pem,
    canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
    signatureAlgorithm:
      kind === "rsa"
        ? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        : "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
  })
  if (kind === "hmac") signature.enableHMAC()
  const xpath = "//*[local-name(.)='Assertion']"
  signature.addReference({
    xpath,
    transforms: [
      "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
      "http://www.w3.org/2001/10/xml-exc-c14n#",
    ],
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
  })
  signature.computeSignature(bare, {
    prefix: "ds",
    location: { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" },
  })
  return signature.getSignedXml()
}
