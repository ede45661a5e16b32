/** Characters parsed; longer than any browser's `User-Agent`. The result appears on pages and in rows. */
const maxLength = 512

/**
 * Returns the browser and operating system of a `User-Agent` header, e.g. "Firefox on Windows".
 *
 * Contains no text of the header: bowser takes an unknown browser's name from there, and a stranger who tries to sign in
 * as someone else could write to that user's account page and mails.
 *
 * @returns "Unknown device" if neither is recognised
 */
export async function describeDevice(userAgent: string): Promise<string> {
  return (await describeKnownDevice(userAgent)) ?? "Unknown device"
}

/**
 * Returns the same, for a caller that has words of its own for an unknown device.
 *
 * @returns `undefined` if neither is known
 */
export async function describeKnownDevice(userAgent: string): Promise<string | undefined> {
  if (userAgent === "") return
  const { default: bowser } = await import("bowser")
  const { browser, os } = bowser.parse(userAgent.slice(0, maxLength))
  const known = new Set<string | undefined>([
    ...Object.values(bowser.BROWSER_MAP),
    ...Object.values(bowser.OS_MAP),
  ])
  const names = [browser.name, os.name].filter((name) => known.has(name))
  return names.length > 0 ? names.join(" on ") : undefined
}
