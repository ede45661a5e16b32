import type { TemplateFunction } from "ejs"
import type { TextKey } from "../texts/en.js"
import type { TextValues } from "../texts/message.js"
import type { Texts } from "../texts/texts.js"
import { compileTemplate } from "../views/compile-template.js"
import { listViews, readView } from "../views/read-view.js"
import { getAssetUrl } from "./assets.js"
import { type PageContext, type PageLook, siteNameOf } from "./page-context.js"
import { toPageLink } from "./page-link.js"
import type { LayoutModel, PageModels } from "./page-models.js"
import { resolveTheme } from "./resolve-theme.js"

const templates = new Map<string, TemplateFunction>()

/**
 * Renders a page inside the layout, with our own EJS: the app's view engine is not involved.
 *
 * @param view the template's name
 * @param model passed to the template as `page`
 * @returns the whole HTML document
 */
export function renderPage<Name extends keyof PageModels>(
  context: PageContext,
  view: Name,
  model: PageModels[Name],
): string {
  const theme = resolveTheme(context.theme)
  const layout: LayoutModel = {
    title: model.title,
    host: siteNameOf(context),
    name: context.theme.name,
    links: linksOf(context),
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

const linkKeys = { terms: "page.terms", privacy: "page.privacy", support: "page.support" } as const

/** The links below a page, in this order. */
function linksOf({ theme: { links = {} }, t }: PageContext): { href: string; text: string }[] {
  return (["terms", "privacy", "support"] as const).flatMap((name) => {
    const url = links[name] ?? ""
    const href = /^mailto:/i.test(url) ? url : toPageLink(url, "")
    return href ? [{ href, text: t(linkKeys[name]) }] : []
  })
}

/** What a template needs besides its model. */
type TemplateContext = Texts & Pick<PageLook, "views" | "nonce">

/**
 * Renders a template without the layout: the app's own, or ours if there is none or it throws.
 *
 * @param page passed to the template as `page`; beside it are `t(key, values?)` for a text, which `<%=` escapes,
 * `rich(key, values?, links?)` for one with tags, `nonce`, and `partial(name, page)` instead of EJS's own `include`, which
 * accesses the disk on every call
 */
export function renderTemplate(name: string, page: unknown, context: TemplateContext): string {
  const partial = (part: string, model: unknown) => renderTemplate(`partials/${part}`, model, context)
  const rich = (key: TextKey, values?: TextValues, links: Readonly<Record<string, string>> = {}) =>
    partial("rich", { parts: context.parts(key, values), links })
  const locals = { page, partial, t: context.t, rich, nonce: context.nonce }
  return renderOwn(name, locals, context) ?? getTemplate(name)(locals)
}

/** A template of the app's that fails is logged, and must not keep anyone from signing in. */
function renderOwn(name: string, locals: object, { views }: TemplateContext): string | undefined {
  const template = views?.templates.get(name)
  if (!views || !template) return
  try {
    return template(locals)
  } catch (error) {
    views.report(name, error)
    return
  }
}

function getTemplate(name: string): TemplateFunction {
  const known = templates.get(name)
  if (known) return known
  if (!listViews().includes(`${name}.ejs`)) throw new TypeError(`There is no template "${name}".`)
  const template = compileTemplate(readView(`${name}.ejs`))
  templates.set(name, template)
  return template
}
