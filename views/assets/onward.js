// Goes on by itself; who turned scripts off has the button.
document.querySelector("#post-on").requestSubmit()
