import type { TemplateFunction } from "ejs"
import type { TextKey } from "../texts/en.js"
import type { TextValues } from "../texts/message.js"
import type { Texts } from "../texts/texts.js"
import { getAssetUrl } from "./assets.js"
import type { PageContext } from "./page-context.js"
import { readView } from "./read-view.js"
import requireEjs from "./require-ejs.cjs"
import { resolveTheme } from "./resolve-theme.js"

const templates = new Map<string, TemplateFunction>()

/**
 * Renders a page of views/ inside the layout, with our own EJS: the app's view engine is not involved.
 *
 * @param view the template's name
 * @param model passed to the template as `page`; `title` is also the document's title, `scripts` are assets to load,
 * `isWide` makes room for code
 * @returns the whole HTML document
 */
export function renderPage<Model extends { title: string; scripts?: readonly string[]; isWide?: boolean }>(
  context: PageContext,
  view: string,
  model: Model,
): string {
  const theme = resolveTheme(context.theme)
  const layout = {
    title: model.title,
    host: context.host,
    theme,
    isWide: model.isWide,
    scripts: (model.scripts ?? []).map((name) => getAssetUrl(context, name)),
    styleSheets: [getAssetUrl(context, "style.css"), getAssetUrl(context, "theme.css")],
    body: renderTemplate(view, model, context),
    lang: context.locale,
    dir: context.dir,
  }
  return renderTemplate("layout", layout, context)
}

/**
 * Renders a template of views/ without the layout.
 *
 * @param page passed to the template as `page`; beside it are `t(key, values?)` for a text, which `<%=` escapes,
 * `rich(key, values?, links?)` for one with tags, and `partial(name, page)` instead of EJS's own `include`, which accesses
 * the disk on every call
 */
export function renderTemplate(name: string, page: unknown, texts: Texts): string {
  const template = templates.get(name) ?? compileTemplate(name)
  const partial = (part: string, model: unknown) => renderTemplate(`partials/${part}`, model, texts)
  const rich = (key: TextKey, values?: TextValues, links: Readonly<Record<string, string>> = {}) =>
    partial("rich", { parts: texts.parts(key, values), links })
  return template({ page, partial, t: texts.t, rich })
}

function compileTemplate(name: string): TemplateFunction {
  const template = requireEjs().compile(readView(`${name}.ejs`), {
    _with: false,
    compileDebug: false,
    destructuredLocals: ["page", "partial", "t", "rich"],
    rmWhitespace: true,
    strict: true,
  })
  templates.set(name, template)
  return template
}
