/** Characters parsed; longer than any browser's `User-Agent`. The result appears on pages and in rows. */
const maxLength = 512

/**
 * Returns the browser and operating system of a `User-Agent` header, e.g. "Firefox on Windows".
 *
 * @returns at most 100 characters; "Unknown device" if neither is recognised
 */
export async function describeDevice(userAgent: string): Promise<string> {
  const { default: bowser } = await import("bowser")
  const { browser, os } = bowser.parse(userAgent.slice(0, maxLength))
  const names = [browser.name, os.name].filter(Boolean)
  return names.length > 0 ? names.join(" on ").slice(0, 100) : "Unknown device"
}
