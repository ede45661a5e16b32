import type { Attributes } from "@opentelemetry/api"

/** The attributes of spans and metrics, by the field of the message. */
const names: Readonly<Record<string, string>> = {
  provider: "express_authjs.provider",
  type: "express_authjs.provider.type",
  outcome: "express_authjs.outcome",
  strategy: "express_authjs.strategy",
  cause: "express_authjs.cause",
  limit: "express_authjs.limit",
  action: "express_authjs.action",
  reason: "error.type",
}

/** Further attributes of spans: their values are too many for metrics. */
const spanNames: Readonly<Record<string, string>> = {
  ...names,
  user: "enduser.pseudo.id",
  session: "session.id",
  linking: "express_authjs.linking",
  newUser: "express_authjs.new_user",
  renewed: "express_authjs.renewed",
  statements: "express_authjs.statements",
  retryAfter: "express_authjs.retry_after",
  code: "express_authjs.code",
  status: "express_authjs.status",
  errorId: "express_authjs.error_id",
}

/** Returns the attributes of a metric for a message. */
export function metricAttributes(message: object): Attributes {
  return rename(message, names)
}

/** Returns the attributes of a span or of its event for a message. */
export function spanAttributes(message: object): Attributes {
  return rename(message, spanNames)
}

function rename(message: object, names: Readonly<Record<string, string>>): Attributes {
  const attributes: Attributes = {}
  for (const [field, name] of Object.entries(names)) {
    const value = Reflect.get(message, field)
    if (value !== undefined) attributes[name] = value
  }
  return attributes
}
