// Adds a button to every password field that shows what was typed. A form is always sent with the field hidden again, so
// that browsers keep it as a password.
;(() => {
  const svg = "http://www.w3.org/2000/svg"

  function drawEye() {
    const eye = document.createElementNS(svg, "svg")
    eye.setAttribute("viewBox", "0 0 24 24")
    eye.setAttribute("aria-hidden", "true")
    for (const [shape, name] of [
      ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z", "lid"],
      ["M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z", "iris"],
      ["M4 20 20 4", "slash"],
    ]) {
      const path = document.createElementNS(svg, "path")
      path.setAttribute("d", shape)
      path.setAttribute("class", name)
      eye.append(path)
    }
    return eye
  }

  function addButton(field) {
    const input = field.querySelector("input")
    const button = document.createElement("button")
    const show = (isShown) => {
      input.type = isShown ? "text" : "password"
      button.setAttribute("aria-pressed", String(isShown))
    }
    button.type = "button"
    button.className = "reveal"
    button.setAttribute("aria-label", field.dataset.reveal)
    button.setAttribute("aria-controls", input.id)
    button.append(drawEye())
    button.addEventListener("click", () => show(input.type === "password"))
    input.form?.addEventListener("submit", () => show(false))
    addEventListener("pagehide", () => show(false))
    show(false)
    field.append(button)
  }

  for (const field of document.querySelectorAll("[data-reveal]")) addButton(field)
})()
