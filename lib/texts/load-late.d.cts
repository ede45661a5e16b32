import type { IntlMessageFormat } from "intl-messageformat" with { "resolution-mode": "import" }

/** What only pages and mails need, so that importing our package does not load it. */
declare const late: {
  /** Loads the formatter of texts. */
  readonly loadMessageFormat: () => typeof IntlMessageFormat
  /** Loads the texts of a language by its tag. English is part of the code. */
  readonly catalogues: Readonly<Record<string, () => Readonly<Partial<Record<string, string>>>>>
}

export = late
