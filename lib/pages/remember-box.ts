import type { Texts } from "../texts/texts.js"
import type { FieldView } from "./field-view.js"
import type { SignInInput } from "./sign-in-input.js"
import type { SignInMethod } from "./sign-in-method.js"

/** All provider buttons in one form, so that one checkbox serves them without a script. */
interface ButtonForm {
  kind: "buttons"
  id: string
  csrfToken: string
  callbackUrl: string
  buttons: SignInMethod[]
}

/** The checkbox of that form, placed below everything else in the group. */
interface LooseBox {
  kind: "field"
  field: FieldView
  faulty: false
}

/** A form with its own checkbox. */
interface BoxedMethod extends SignInMethod {
  remember?: FieldView
}

/** An element of views/sign-in.ejs; `kind` names its partial. */
export type SignInElement = BoxedMethod | ButtonForm | LooseBox

/**
 * Returns the checkbox "Keep me signed in", named `remember`.
 *
 * @param id the input's id
 */
export function toRememberBox({ t }: Pick<Texts, "t">, id: string, checked: boolean): FieldView {
  const attributes: FieldView["attributes"] = checked ? [["checked", ""]] : []
  return { id, name: "remember", label: t("field.remember"), type: "checkbox", attributes }
}

/**
 * Adds the checkbox to the groups of the sign-in page if `remember` is set: each form with fields gets its own, all
 * buttons share one. It is ticked as in the last attempt, else as `remember` says.
 */
export function withRememberBoxes(
  texts: Pick<Texts, "t">,
  groups: SignInMethod[][],
  { remember, typed }: Pick<SignInInput, "remember" | "typed">,
): SignInElement[][] {
  if (remember === undefined) return groups
  const checked = typed?.remembered ?? remember
  return groups.map((methods) => {
    const buttons = methods.filter(({ kind }) => kind === "button")
    const others = methods.filter(({ kind }) => kind !== "button")
    const [first] = buttons
    if (!first) return others.map((method) => withOwnBox(method, (id) => toRememberBox(texts, id, checked)))
    return [toButtonForm(first, buttons), ...others, toLooseBox(toRememberBox(texts, "remember", checked))]
  })
}

const formId = "providers"

function toButtonForm({ csrfToken, callbackUrl }: SignInMethod, buttons: SignInMethod[]): ButtonForm {
  return { kind: "buttons", id: formId, csrfToken, callbackUrl, buttons }
}

function toLooseBox(box: FieldView): LooseBox {
  return {
    kind: "field",
    field: { ...box, attributes: [...box.attributes, ["form", formId]] },
    faulty: false,
  }
}

/** Keeps a field of that name that the app defined. */
function withOwnBox(method: SignInMethod, toBox: (id: string) => FieldView): BoxedMethod {
  if (method.fields.some(({ name }) => name === "remember") && method.kind !== "passkey") return method
  return {
    ...method,
    remember: toBox(`remember-${method.kind}-${encodeURIComponent(method.id)}`),
  }
}
