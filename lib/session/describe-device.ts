/** Browser and system of a User-Agent, as a person would say it: "Firefox on Windows". */
export async function describeDevice(userAgent: string): Promise<string> {
  const { default: bowser } = await import("bowser")
  const { browser, os } = bowser.parse(userAgent)
  const names = [browser.name, os.name].filter(Boolean)
  return names.length > 0 ? names.join(" on ") : "Unknown device"
}
