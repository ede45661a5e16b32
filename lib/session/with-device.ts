import type { Adapter } from "@auth/core/adapters"
import type { AdapterExtras, DeviceSession } from "../stores/adapter-extras.js"
import type { SessionContext } from "./session-reading.js"

/** More than any browser sends. */
const maxLength = 512

/** A row that is written anyway, with the device and the time, for adapters that keep them; for others as it is. */
export function withDevice<Row extends Partial<DeviceSession>>(
  row: Row,
  { req, config }: Pick<SessionContext, "req" | "config">,
): Row & Pick<DeviceSession, "userAgent" | "lastUsedAt"> {
  const { keepsDevices }: Adapter & Partial<AdapterExtras> = config.adapter ?? {}
  if (!keepsDevices) return row
  const userAgent = req.headers["user-agent"]?.slice(0, maxLength)
  return { ...row, lastUsedAt: new Date(Date.now()), ...(userAgent && { userAgent }) }
}
