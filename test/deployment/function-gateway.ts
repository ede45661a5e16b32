import type { IncomingMessage, RequestListener, ServerResponse } from "node:http"
import { createServer } from "node:https"
import { parse } from "node:querystring"
import type { Via } from "../support/http-exchange.js"
import { selfSigned } from "../support/self-signed-certificate.js"

/** A handler in the form of AWS Lambda. */
export type LambdaHandler = (event: object, context: object) => Promise<object>

/** A gateway for https://example.com, with what stands behind it in this process. */
export interface Gateway extends Via {
  close(): void
}

/** A request as it arrives at the edge, with lower-case header names. */
interface Arrived {
  method: string
  url: URL
  headers: Record<string, string>
  body: Buffer
  ip: string
}

/** What a function returns, in any of the formats. */
interface Result {
  statusCode: number
  headers?: Record<string, string>
  multiValueHeaders?: Record<string, string[]>
  cookies?: string[]
  body: string
  isBase64Encoded?: boolean
}

/** The events of the gateways, as their documentation shows them, without members that only identify resources. */
export const events: Readonly<Record<string, (arrived: Arrived) => object>> = {
  "an HTTP API of API Gateway": (arrived) =>
    toVersion2(arrived, "abc123.execute-api.eu-central-1.amazonaws.com"),
  "a function URL": (arrived) => toVersion2(arrived, "abc123.lambda-url.eu-central-1.on.aws"),
  "a REST API of API Gateway": (arrived) => ({
    resource: "/{proxy+}",
    ...toVersion1(arrived),
    queryStringParameters: Object.fromEntries(arrived.url.searchParams),
    requestContext: { httpMethod: arrived.method, stage: "prod", identity: { sourceIp: arrived.ip } },
  }),
  "a load balancer with multi-value headers": (arrived) => ({
    requestContext: {
      elb: { targetGroupArn: "arn:aws:elasticloadbalancing:eu-central-1:1:targetgroup/app/1" },
    },
    httpMethod: arrived.method,
    path: arrived.url.pathname,
    multiValueQueryStringParameters: inLists(
      arrived.url.search
        .slice(1)
        .split("&")
        .filter(Boolean)
        .map((pair): [string, string] => [pair.split("=")[0] ?? "", pair.split("=").slice(1).join("=")]),
    ),
    multiValueHeaders: inLists(
      Object.entries({ ...arrived.headers, "x-forwarded-for": `198.51.100.1, ${arrived.ip}` }),
    ),
    ...toBody(arrived),
  }),
  Netlify: (arrived) => ({
    ...toVersion1({ ...arrived, headers: { ...arrived.headers, "x-nf-client-connection-ip": arrived.ip } }),
    rawUrl: arrived.url.href,
    rawQuery: arrived.url.search.slice(1),
  }),
}

/** Starts a gateway that calls a function in the form of AWS Lambda with its events. */
export function startGateway(
  toEvent: (arrived: Arrived) => object,
  handler: LambdaHandler,
): Promise<Gateway> {
  return start(async (req, res) => {
    const result = (await handler(toEvent(await readArrived(req)), { awsRequestId: "1" })) as Result
    send(JSON.parse(JSON.stringify(result)), res)
  })
}

/** Starts a gateway that calls a handler as Vercel's `api` functions are: it has read the body, and parses it on access. */
export function startVercel(handler: RequestListener): Promise<Gateway> {
  return start(async (req, res) => {
    const { body, headers } = await readArrived(req)
    Object.defineProperty(req, "body", { configurable: true, get: () => parseAsVercel(body, headers) })
    handler(req, res)
  })
}

async function start(
  listener: (req: IncomingMessage, res: ServerResponse) => Promise<void>,
): Promise<Gateway> {
  const { privateKey, certificate } = selfSigned("example.com")
  const server = createServer({ key: privateKey, cert: certificate }, (req, res) => {
    listener(req, res).catch((error) => res.writeHead(502).end(String(error?.stack)))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  server.unref()
  const { port } = server.address() as { port: number }
  return { origin: "https://example.com", port, ca: certificate, close: () => server.close() }
}

async function readArrived(req: IncomingMessage): Promise<Arrived> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return {
    method: req.method ?? "GET",
    url: new URL(req.url ?? "/", "https://example.com"),
    headers: Object.fromEntries(
      Object.entries(req.headersDistinct).map(([name, values]) => [name, values?.join("; ") ?? ""]),
    ),
    body: Buffer.concat(chunks),
    ip: "203.0.113.7",
  }
}

/** Format 2.0 has the cookies on their own, and the values of repeated headers in one. */
function toVersion2(arrived: Arrived, domainName: string): object {
  const { method, url, ip } = arrived
  const { cookie, ...headers } = arrived.headers
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie && { cookies: cookie.split("; ") }),
    headers,
    requestContext: {
      ...{ domainName, stage: "$default", requestId: "1" },
      http: { method, path: url.pathname, protocol: "HTTP/1.1", sourceIp: ip },
    },
    ...toBody(arrived),
  }
}

function toVersion1(arrived: Arrived): object {
  return {
    httpMethod: arrived.method,
    path: arrived.url.pathname,
    headers: arrived.headers,
    multiValueHeaders: inLists(Object.entries(arrived.headers)),
    multiValueQueryStringParameters: inLists([...arrived.url.searchParams]),
    ...toBody(arrived),
  }
}

/** Forms arrive in base64, as all bodies that are neither text nor JSON. */
function toBody({ body, headers }: Arrived): object {
  const isText = /^(text\/|application\/json)/.test(headers["content-type"] ?? "text/")
  return { body: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText }
}

function inLists(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const lists: Record<string, string[]> = {}
  for (const [name, value] of pairs) lists[name] = [...(lists[name] ?? []), value]
  return lists
}

function send(
  { statusCode, headers, multiValueHeaders, cookies, body, isBase64Encoded }: Result,
  res: ServerResponse,
) {
  const all = { ...headers, ...multiValueHeaders, ...(cookies?.length && { "set-cookie": cookies }) }
  res.writeHead(statusCode, all).end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"))
}

function parseAsVercel(body: Buffer, { "content-type": type = "" }: Record<string, string>): unknown {
  if (type.startsWith("application/json")) return JSON.parse(body.toString())
  if (type.startsWith("application/x-www-form-urlencoded")) return parse(body.toString())
  return type ? body : undefined
}
