/** Functions that send mails as core's Nodemailer provider does. */
const senders = new WeakSet<object>()

/**
 * Marks a function that sends mails as core's Nodemailer provider does. This module does not import the function: it
 * would bring `nodemailer` into the bundles of apps without it.
 */
export function markAsCore<Send extends object>(send: Send): Send {
  senders.add(send)
  return send
}

/** Whether a function is marked. */
export function sendsAsCore(send: object): boolean {
  return senders.has(send)
}
