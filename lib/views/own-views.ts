import { listViews } from "./read-view.js"

/** A compiled template. EJS has no types where apps install us, so declarations cannot name its own. */
export type CompiledTemplate = (data?: object) => string

/** The app's own templates and style sheet, which replace ours. */
export interface OwnViews {
  /** The templates by name, e.g. `sign-in` or `partials/button`. */
  readonly templates: ReadonlyMap<string, CompiledTemplate>
  /** The style sheet; `undefined` if ours stays. */
  readonly styleSheet: { readonly body: string; readonly type: string } | undefined
  /** Logs that a template failed, so that ours was used; once for each template and cause. */
  report(name: string, error: unknown): void
}

/** The only file of an app's folder that is not a template. */
export const styleSheetName = "style.css"

/** Where our own style sheet is. */
const ownStyleSheet = "assets/style.css"

/** Explains errors, also those of the app's templates, so it stays ours. */
const fixed: ReadonlySet<string> = new Set(["developer-error.ejs"])

/** Returns the names of all files that an app may replace, as they are called in its folder. */
export function replaceableViews(): string[] {
  const templates = listViews().filter((path) => path.endsWith(".ejs") && !fixed.has(path))
  return [...templates, styleSheetName].sort()
}

/** Returns the path of a replaceable file in our own views. */
export function pathOfView(name: string): string {
  return name === styleSheetName ? ownStyleSheet : name
}
