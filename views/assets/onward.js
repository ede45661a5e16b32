// Submits the form at once. Without scripts, the visitor presses its button.
document.querySelector("#post-on").requestSubmit()
