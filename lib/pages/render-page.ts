import ejs, { type TemplateFunction } from "ejs"
import { getAssetUrl } from "./assets.js"
import type { PageContext } from "./page-context.js"
import { readView } from "./read-view.js"
import { resolveTheme } from "./resolve-theme.js"

const templates = new Map<string, TemplateFunction>()

/**
 * Renders a page of views/ inside the layout, with our own EJS: the app's view engine is never touched.
 *
 * @param view The name of the template, which sees `model` as `page`.
 * @param model `title` also names the document; `scripts` are assets that it loads.
 * @returns The whole HTML document.
 */
export function renderPage<Model extends { title: string; scripts?: readonly string[] }>(
  context: PageContext,
  view: string,
  model: Model,
): string {
  const theme = resolveTheme(context.theme)
  return renderTemplate("layout", {
    title: model.title,
    host: context.host,
    theme,
    scripts: (model.scripts ?? []).map((name) => getAssetUrl(context, name)),
    styleSheets: [getAssetUrl(context, "style.css"), getAssetUrl(context, "theme.css")],
    body: renderTemplate(view, model),
  })
}

/** Renders a template alone, with our own EJS. */
export function renderTemplate(name: string, page: unknown): string {
  const template = templates.get(name) ?? compileTemplate(name)
  return template({ page, partial: renderPartial })
}

/** Stands in for EJS's own `include`, which looks at the disk every time. */
function renderPartial(name: string, page: unknown): string {
  return renderTemplate(`partials/${name}`, page)
}

function compileTemplate(name: string): TemplateFunction {
  const template = ejs.compile(readView(`${name}.ejs`), {
    _with: false,
    compileDebug: false,
    destructuredLocals: ["page", "partial"],
    rmWhitespace: true,
    strict: true,
  })
  templates.set(name, template)
  return template
}
