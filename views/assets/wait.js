// Counts down to the time when another email can be sent, then shows the button that sends it. The page says the wait in
// words; the clock is only for the eye.
;(() => {
  const note = document.querySelector("[data-wait]")
  const button = document.querySelector("button[data-waiting]")
  if (!note || !button) return
  const end = Date.now() + Number(note.dataset.wait) * 1000
  const clock = document.createElement("span")
  clock.className = "clock"
  clock.ariaHidden = "true"
  note.append(" ", clock)

  function tick() {
    const seconds = Math.ceil((end - Date.now()) / 1000)
    if (seconds <= 0) {
      note.hidden = true
      button.hidden = false
      return
    }
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
    setTimeout(tick, 500)
  }
  tick()
})()
