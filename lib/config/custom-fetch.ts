import type { customFetch as coreCustomFetch } from "@auth/core"
import TikTok from "@auth/core/providers/tiktok"

type CustomFetch = typeof coreCustomFetch

/**
 * The key under which a provider's definition holds the app's own `fetch`, for example one that uses a proxy.
 *
 * It is core's own symbol, read from a provider that has one. `@auth/core` itself loads ninety files, which takes most of
 * the time of an import, and only requests to our routes need them.
 */
export const customFetch: CustomFetch = findSymbol()

function findSymbol(): CustomFetch {
  const symbols = Object.getOwnPropertySymbols(TikTok({}))
  const found = symbols.find(({ description }) => description === "custom-fetch")
  if (found) return found as CustomFetch
  throw new Error("This version of @auth/core has no `customFetch` on its TikTok provider. Install 0.41.")
}
