import type { Texts } from "../texts/texts.js"
import type { FieldView } from "./field-view.js"
import type { SignInInput } from "./sign-in-input.js"
import type { SignInMethod } from "./sign-in-method.js"

/** All provider buttons in one form, so that one checkbox serves them and the fields without a script. */
interface ButtonForm {
  kind: "buttons"
  id: string
  /** The action of the fields that belong to it. @default none belong to it */
  action: string | undefined
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

/** Fields that belong to the form of the buttons, with the checkbox of both. */
interface JoinedMethod extends Omit<SignInMethod, "kind"> {
  kind: "joined"
  form: string
  remember: FieldView
}

/** An element of views/sign-in.ejs; `kind` names its partial. */
export type SignInElement = BoxedMethod | ButtonForm | JoinedMethod | LooseBox

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
 * Adds the checkbox to the groups of the sign-in page if `remember` is set: one for all buttons and the first form, and
 * one for each other form. It is ticked as in the last attempt, else as `remember` says.
 */
export function withRememberBoxes(
  texts: Pick<Texts, "t">,
  groups: SignInMethod[][],
  { remember, typed }: Pick<SignInInput, "remember" | "typed">,
): SignInElement[][] {
  if (remember === undefined) return groups
  const toBox = (id: string) => toRememberBox(texts, id, typed?.remembered ?? remember)
  const methods = groups.flat()
  const buttons = methods.filter(({ kind }) => kind === "button")
  const form = buttons.length > 0 ? methods.find(canJoin) : undefined
  const isServed = buttons.length > 0 || methods.some(({ kind }) => kind === "form")
  return groups.map((group) => {
    const [first] = group.filter((method) => buttons.includes(method))
    const others = group
      .filter((method) => !buttons.includes(method))
      .map((method) => {
        if (method === form) return toJoined(method, toBox("remember"))
        return method.kind === "passkey" && isServed ? method : withOwnBox(method, toBox)
      })
    if (!first) return others
    const box = form ? [] : [toLooseBox(toBox("remember"))]
    return [toButtonForm(first, buttons, form), ...others, ...box]
  })
}

const formId = "providers"

function toButtonForm(
  { csrfToken, callbackUrl }: SignInMethod,
  buttons: SignInMethod[],
  form: SignInMethod | undefined,
): ButtonForm {
  return { kind: "buttons", id: formId, action: form?.action, csrfToken, callbackUrl, buttons }
}

/** Fields of the app's own named `remember` are for its `authorize()` alone. */
function canJoin({ kind, fields }: SignInMethod): boolean {
  return kind === "form" && !fields.some(({ name }) => name === "remember")
}

function toJoined(method: SignInMethod, box: FieldView): JoinedMethod {
  const fields = method.fields.map(owned)
  return { ...method, kind: "joined", form: formId, fields, remember: owned(box) }
}

function toLooseBox(box: FieldView): LooseBox {
  return { kind: "field", field: owned(box), faulty: false }
}

function owned(field: FieldView): FieldView {
  return { ...field, attributes: [...field.attributes, ["form", formId]] }
}

/** Keeps a field of that name that the app defined. */
function withOwnBox(method: SignInMethod, toBox: (id: string) => FieldView): BoxedMethod {
  if (method.fields.some(({ name }) => name === "remember") && method.kind !== "passkey") return method
  return {
    ...method,
    remember: toBox(`remember-${method.kind}-${encodeURIComponent(method.id)}`),
  }
}
