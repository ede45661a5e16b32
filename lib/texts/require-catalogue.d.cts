/** Loads the texts of a language by its tag. English is part of the code; the others load when a page needs them. */
declare const catalogues: Readonly<Record<string, () => Readonly<Partial<Record<string, string>>>>>

export = catalogues
