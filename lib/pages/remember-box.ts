import type { FieldView } from "./field-view.js"
import type { SignInMethod } from "./sign-in-method.js"
import type { SignInPage } from "./sign-in-page.js"

/** The buttons of all providers in one form, so that one box serves them without a script. */
interface ButtonForm {
  kind: "buttons"
  id: string
  csrfToken: string
  callbackUrl: string
  buttons: SignInMethod[]
}

/** The box for that form, which stands below everything else in the group. */
interface LooseBox {
  kind: "field"
  field: FieldView
  faulty: false
}

/** A form with a box of its own. */
interface BoxedMethod extends SignInMethod {
  remember?: FieldView
}

/** What views/sign-in.ejs shows, by the name of its partial. */
type Shown = BoxedMethod | ButtonForm | LooseBox

/** "Keep me signed in": the field `remember`. */
export function toRememberBox(id: string, checked: boolean): FieldView {
  const attributes: FieldView["attributes"] = checked ? [["checked", ""]] : []
  return { id, name: "remember", label: "Keep me signed in", type: "checkbox", attributes }
}

/**
 * Puts the box into the groups of the sign-in page, where it asks at all: each form with fields has its own, and all
 * buttons share one. What was ticked at the last try is ticked again.
 */
export function withRememberBoxes(
  groups: SignInMethod[][],
  { remember, typed }: Pick<SignInPage, "remember" | "typed">,
): Shown[][] {
  if (remember === undefined) return groups
  const checked = typed?.remembered ?? remember
  return groups.map((methods) => {
    const buttons = methods.filter(({ kind }) => kind === "button")
    const others = methods.filter(({ kind }) => kind !== "button")
    const [first] = buttons
    if (!first) return others.map((method) => withOwnBox(method, checked))
    return [toButtonForm(first, buttons), ...others, toLooseBox(checked)]
  })
}

const formId = "providers"

function toButtonForm({ csrfToken, callbackUrl }: SignInMethod, buttons: SignInMethod[]): ButtonForm {
  return { kind: "buttons", id: formId, csrfToken, callbackUrl, buttons }
}

function toLooseBox(checked: boolean): LooseBox {
  const box = toRememberBox("remember", checked)
  return {
    kind: "field",
    field: { ...box, attributes: [...box.attributes, ["form", formId]] },
    faulty: false,
  }
}

/** A field of that name that the app has put there asks already. */
function withOwnBox(method: SignInMethod, checked: boolean): BoxedMethod {
  if (method.fields.some(({ name }) => name === "remember") && method.kind !== "passkey") return method
  return {
    ...method,
    remember: toRememberBox(`remember-${method.kind}-${encodeURIComponent(method.id)}`, checked),
  }
}
