/** More than any browser sends; what it is called stands in pages and rows. */
const maxLength = 512

/** Browser and system of a User-Agent, as a person would say it: "Firefox on Windows". */
export async function describeDevice(userAgent: string): Promise<string> {
  const { default: bowser } = await import("bowser")
  const { browser, os } = bowser.parse(userAgent.slice(0, maxLength))
  const names = [browser.name, os.name].filter(Boolean)
  return names.length > 0 ? names.join(" on ").slice(0, 100) : "Unknown device"
}
