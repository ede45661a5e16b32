import type { Adapter } from "@auth/core/adapters"
import type { AdapterExtras, DeviceSession } from "../stores/adapter-extras.js"
import type { SessionContext } from "./session-reading.js"

/** Characters kept; longer than any browser's `User-Agent`. */
const maxLength = 512

/** Adds the device and the time of use to a row that is about to be written, for adapters that store them. */
export function withDevice<Row extends Partial<DeviceSession>>(
  row: Row,
  { req, config }: Pick<SessionContext, "req" | "config">,
): Row & Pick<DeviceSession, "userAgent" | "lastUsedAt"> {
  const { keepsDevices }: Adapter & Partial<AdapterExtras> = config.adapter ?? {}
  if (!keepsDevices) return row
  const userAgent = req.headers["user-agent"]?.slice(0, maxLength)
  return { ...row, lastUsedAt: new Date(Date.now()), ...(userAgent && { userAgent }) }
}
