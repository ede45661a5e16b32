import { lacksMailService } from "./credential-faults.js"
import type { Environment } from "./env.js"
import type { Logger } from "./logger.js"
import type { ResolvedProvider } from "./resolve-providers.js"

/** In development, warns once of the mailers that cannot send, and says where their mails go. */
export function announceInbox(
  providers: readonly ResolvedProvider[],
  { development }: Pick<Environment, "development">,
  logger: Logger,
): void {
  const mailers = development ? providers.filter(lacksMailService) : []
  if (mailers.length === 0) return
  logger.warn(
    "inbox",
    `No mail server or API key for ${mailers.map(({ id }) => id).join(", ")}: mails are not sent. They are kept in memory, ` +
      "shown on the page /inbox below the mount (/auth/inbox), and logged with their links. Production would not start.",
  )
}
