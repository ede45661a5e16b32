import { randomBytes } from "node:crypto"
import { SignedXml } from "xml-crypto"
import type { Account } from "../../examples/support/openid-provider-accounts.js"
import { escapeHtml as escapeXml } from "../../examples/support/openid-provider-pages.js"
import { type SelfSigned, selfSigned } from "./self-signed-certificate.js"

/** The fields of an AuthnRequest. */
export interface AuthnRequest {
  id: string
  /** The service provider's entity ID. */
  issuer: string
  /** The URL to post the response to. */
  assertionConsumerServiceURL: string
}

/** The behaviour of the identity provider; change a property to make it misbehave. */
export interface SamlAnswers {
  /** Seconds until the assertion expires; negative for an expired one. */
  lifetime: number
  /** Replaces the requesting service provider as the audience. */
  audience?: string
  /** Replaces the request's ID; `null` for an unsolicited response. */
  inResponseTo?: string | null
  /** Attributes of the user beside `mail` and `displayName`. */
  attributes: Record<string, readonly string[]>
  /** What is signed, in this order. */
  signs: readonly ("Assertion" | "Response")[]
  signer: SelfSigned
  /** Changes the XML after it was signed. */
  forge?: (xml: string) => string
}

export function goodSamlAnswers(): SamlAnswers {
  return {
    lifetime: 300,
    attributes: {},
    signs: ["Assertion", "Response"],
    signer: selfSigned("The test IdP"),
  }
}

const newId = () => `_${randomBytes(16).toString("hex")}`
const instant = (seconds = 0) => new Date(Date.now() + seconds * 1000).toISOString()
const saml = "urn:oasis:names:tc:SAML:2.0"

/** A response: its issuer, its request and its behaviour. */
export interface Answering {
  /** The identity provider's entity ID. */
  issuer: string
  request: AuthnRequest
  answers: SamlAnswers
}

/** A signed Response about a user (SAML 2.0 core, section 3.3.3). */
export function writeResponse(answering: Answering, person: Account): string {
  const { signs, signer, forge } = answering.answers
  const success = `<samlp:Status><samlp:StatusCode Value="${saml}:status:Success"/></samlp:Status>`
  const xml = writeEnvelope(answering, `${success}\n${writeAssertion(answering, person)}`)
  const signed = signs.reduce((current, element) => signElement(current, element, signer), xml)
  return forge?.(signed) ?? signed
}

/** The response when the user cancels: a status without a subject. */
export function writeRefusal(answering: Answering): string {
  const [responder, failed] = [`${saml}:status:Responder`, `${saml}:status:AuthnFailed`]
  const status = `<samlp:Status><samlp:StatusCode Value="${responder}"><samlp:StatusCode Value="${failed}"/></samlp:StatusCode></samlp:Status>`
  return signElement(writeEnvelope(answering, status), "Response", answering.answers.signer)
}

function writeEnvelope({ issuer, request, answers }: Answering, content: string): string {
  const destination = escapeXml(request.assertionConsumerServiceURL)
  return `<samlp:Response xmlns:samlp="${saml}:protocol" xmlns:saml="${saml}:assertion" ID="${newId()}" Version="2.0" IssueInstant="${instant()}" Destination="${destination}"${answersTo(request, answers)}>
<saml:Issuer>${escapeXml(issuer)}</saml:Issuer>
${content}
</samlp:Response>`
}

function writeAssertion({ issuer, request, answers }: Answering, { sub, name, email }: Account): string {
  const until = `NotOnOrAfter="${instant(answers.lifetime)}"`
  const recipient = `Recipient="${escapeXml(request.assertionConsumerServiceURL)}"`
  return `<saml:Assertion ID="${newId()}" Version="2.0" IssueInstant="${instant()}">
<saml:Issuer>${escapeXml(issuer)}</saml:Issuer>
<saml:Subject>
<saml:NameID Format="${saml}:nameid-format:persistent">${escapeXml(sub)}</saml:NameID>
<saml:SubjectConfirmation Method="${saml}:cm:bearer"><saml:SubjectConfirmationData ${until} ${recipient}${answersTo(request, answers)}/></saml:SubjectConfirmation>
</saml:Subject>
<saml:Conditions NotBefore="${instant(Math.min(0, answers.lifetime) - 60)}" ${until}>
<saml:AudienceRestriction><saml:Audience>${escapeXml(answers.audience ?? request.issuer)}</saml:Audience></saml:AudienceRestriction>
</saml:Conditions>
<saml:AuthnStatement AuthnInstant="${instant()}" SessionIndex="${newId()}"><saml:AuthnContext>
<saml:AuthnContextClassRef>${saml}:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef>
</saml:AuthnContext></saml:AuthnStatement>
<saml:AttributeStatement>
${Object.entries({ mail: [email], displayName: [name], ...answers.attributes })
  .map(writeAttribute)
  .join("\n")}
</saml:AttributeStatement>
</saml:Assertion>`
}

function writeAttribute([name, values]: [string, readonly string[]]): string {
  const content = values.map((value) => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`)
  return `<saml:Attribute Name="${escapeXml(name)}">${content.join("")}</saml:Attribute>`
}

function answersTo({ id }: AuthnRequest, { inResponseTo = id }: SamlAnswers): string {
  return inResponseTo === null ? "" : ` InResponseTo="${escapeXml(inResponseTo)}"`
}

const algorithms = {
  signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
}

/** Signs an element with RSA-SHA256; the signature follows the Issuer, as the SAML schema requires. */
function signElement(xml: string, element: string, { privateKey, certificate }: SelfSigned): string {
  const signature = new SignedXml({ privateKey, publicCert: certificate, ...algorithms })
  const xpath = `//*[local-name(.)='${element}']`
  const { canonicalizationAlgorithm } = algorithms
  signature.addReference({
    xpath,
    transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", canonicalizationAlgorithm],
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
  })
  const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: "after" as const }
  signature.computeSignature(xml, { prefix: "ds", location })
  return signature.getSignedXml()
}
