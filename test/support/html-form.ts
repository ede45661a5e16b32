import { type HTMLElement, parse } from "node-html-parser"

/** Selects a form of a page, and the input to submit. */
export interface FormChoice {
  /** The form's action: its path, its whole URL or a pattern for the URL. @default the page's only form */
  formAction?: string | RegExp
  /** The text (or accessible name or value) of the button to press. @default the first one, as Enter does */
  button?: string | RegExp
  /** The values to enter, merged over the form's own. */
  fields?: Record<string, string>
}

export interface FilledForm {
  action: string
  method: "GET" | "POST"
  fields: URLSearchParams
}

/** Finds a form in a page and fills it as a browser would. Throws when no form, or more than one, fits. */
export function readForm(page: { url: string; body: string }, choice: FormChoice = {}): FilledForm {
  const document = parse(page.body)
  const candidates = findForms(document, page.url, choice)
  const [found, ...others] = candidates
  if (!found || others.length > 0) throw new Error(problem(page, choice, document, candidates.length))

  const { form, buttons, action } = found
  const button = choice.button === undefined ? buttons[0] : findButton(buttons, choice.button)
  const method = (button?.getAttribute("formmethod") ?? form.getAttribute("method") ?? "get").toUpperCase()
  return {
    action: new URL(button?.getAttribute("formaction") ?? action, page.url).href,
    method: method === "POST" ? "POST" : "GET",
    fields: fill(document, form, button, choice.fields ?? {}),
  }
}

/** Whether a page has a form that fits. */
export function hasForm(page: { url: string; body: string }, choice: FormChoice): boolean {
  return findForms(parse(page.body), page.url, choice).length > 0
}

function findForms(document: HTMLElement, url: string, choice: FormChoice) {
  return document
    .querySelectorAll("form")
    .map((form) => ({ form, buttons: buttonsOf(document, form), action: actionOf(form, url) }))
    .filter(({ action }) => matchesAction(action, choice.formAction))
    .filter(({ buttons }) => choice.button === undefined || findButton(buttons, choice.button))
}

/** The visible text of an HTML page on one line. */
export function textOf(html: string): string {
  const document = parse(html)
  for (const hidden of document.querySelectorAll("head, style, script")) hidden.remove()
  return document.structuredText.replace(/\s+/g, " ").trim()
}

function actionOf(form: HTMLElement, url: string): string {
  return new URL(form.getAttribute("action") || url, url).href
}

function matchesAction(action: string, wanted: string | RegExp | undefined): boolean {
  if (wanted === undefined) return true
  if (wanted instanceof RegExp) return wanted.test(action)
  const { pathname, search } = new URL(action)
  return [action, pathname, pathname + search].includes(wanted)
}

function controlsOf(document: HTMLElement, form: HTMLElement, selector: string): HTMLElement[] {
  const inside = form.querySelectorAll(selector).filter((control) => !control.hasAttribute("form"))
  const id = form.getAttribute("id")
  const elsewhere = document
    .querySelectorAll(selector)
    .filter((control) => id && control.getAttribute("form") === id)
  return [...inside, ...elsewhere]
}

function buttonsOf(document: HTMLElement, form: HTMLElement): HTMLElement[] {
  return controlsOf(document, form, "button, input[type=submit]").filter(
    (button) => !["button", "reset"].includes(button.getAttribute("type") ?? ""),
  )
}

function findButton(buttons: HTMLElement[], wanted: string | RegExp): HTMLElement | undefined {
  return buttons.find((button) => {
    const text = button.structuredText.replace(/\s+/g, " ").trim()
    const names = [text, button.getAttribute("aria-label"), button.getAttribute("value")]
    return names.some(
      (name) => name !== undefined && (wanted instanceof RegExp ? wanted.test(name) : name === wanted),
    )
  })
}

function fill(
  document: HTMLElement,
  form: HTMLElement,
  button: HTMLElement | undefined,
  typed: Record<string, string>,
): URLSearchParams {
  const fields = new URLSearchParams()
  const controls = controlsOf(document, form, "input, select, textarea").filter(isSuccessful)
  for (const control of controls) fields.append(control.getAttribute("name") ?? "", currentValue(control))
  for (const [name, value] of Object.entries(typed)) fields.set(name, value)
  const name = button?.getAttribute("name")
  if (name) fields.append(name, button?.getAttribute("value") ?? "")
  return fields
}

function isSuccessful(control: HTMLElement): boolean {
  const type = (control.getAttribute("type") ?? "text").toLowerCase()
  if (!control.getAttribute("name") || control.hasAttribute("disabled")) return false
  if (["checkbox", "radio"].includes(type)) return control.hasAttribute("checked")
  return !["submit", "button", "reset", "image", "file"].includes(type)
}

function currentValue(control: HTMLElement): string {
  if (control.rawTagName === "textarea") return control.text
  if (control.rawTagName === "select") {
    const chosen = control.querySelector("option[selected]") ?? control.querySelector("option")
    return chosen?.getAttribute("value") ?? chosen?.text ?? ""
  }
  return control.getAttribute("value") ?? (control.getAttribute("type") === "checkbox" ? "on" : "")
}

function problem(
  page: { url: string; body: string },
  choice: FormChoice,
  document: HTMLElement,
  count: number,
): string {
  const wanted = [choice.formAction ?? "any action", choice.button ?? "any button"].join(", ")
  const there = document.querySelectorAll("form").map((form) => actionOf(form, page.url))
  const text = textOf(page.body).slice(0, 200)
  return `${count} forms fit (${wanted}) on ${page.url}. Its forms: ${there.join(", ") || "none"}. It says: ${text}`
}
