import { createHash } from "node:crypto"

/** Derives a version 8 UUID (RFC 9562) from a provider's id and the account's id there. */
export function stableUserId(provider: string, providerAccountId: string): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([provider, providerAccountId]))
    .digest()
    .subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}
