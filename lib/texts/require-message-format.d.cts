import type { IntlMessageFormat } from "intl-messageformat" with { "resolution-mode": "import" }

/** Loads the formatter of texts, which importing our package does not. */
declare function requireMessageFormat(): typeof IntlMessageFormat

export = requireMessageFormat
