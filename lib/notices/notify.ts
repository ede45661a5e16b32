import type { Notice, NoticePlace } from "./notice.js"

/**
 * Mails a user what happened to their account, if `notices` says so. Returns at once: the request does not wait for the
 * mail server, and a mail that cannot be sent is a line in the log.
 */
export function notify(place: NoticePlace, notice: Notice): void {
  const { notices, logger } = place.config
  if (!notices?.[notice.kind]) return
  import("./send-notice.js").then(({ sendNotice }) => sendNotice(place, notice)).catch(logger.error)
}
