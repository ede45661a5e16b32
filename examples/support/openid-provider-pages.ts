import type { Account } from "./openid-provider-accounts.js"

const style = `
:root { color-scheme: light dark; --page: #eef1f6; --card: #fff; --ink: #17202e; --muted: #5a6678; --line: #d4dae4;
  --accent: #2346c7; --on-accent: #fff; --error: #b3261e }
@media (prefers-color-scheme: dark) { :root { --page: #10141c; --card: #1a202c; --ink: #e9edf5; --muted: #a3afc2;
  --line: #364153; --accent: #9db4ff; --on-accent: #0e1530; --error: #ffb4ab } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 25rem; padding: clamp(1.5rem, 6vw, 2rem); background: var(--card); border: 1px solid var(--line);
  border-radius: 1rem; box-shadow: 0 1rem 3rem rgb(15 25 50 / .08) }
.mark { display: block; width: 2.75rem; height: 2.75rem; margin: 0 0 .75rem -.375rem; fill: none; stroke: var(--accent);
  stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round }
h1 { margin: 0; font-size: 1.375rem; line-height: 1.25; letter-spacing: -.01em }
p { margin: .375rem 0 0; color: var(--muted) }
form { display: grid; gap: .625rem; margin-top: 1.5rem }
label { display: grid; gap: .25rem; font-size: .875rem; font-weight: 600 }
input, button { min-height: 2.75rem; width: 100%; padding: .5rem .875rem; border-radius: .625rem; font: inherit;
  border: 1px solid var(--line) }
input { background: var(--page); color: var(--ink); font-size: 1rem; font-weight: 400 }
::placeholder { color: var(--muted); opacity: 1 }
button { display: flex; align-items: center; justify-content: center; gap: .625rem; cursor: pointer; font-weight: 600;
  background: transparent; color: var(--ink) }
button:hover { border-color: var(--accent) }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
button.quiet { border-color: transparent; color: var(--muted) }
form:has(> .quiet:only-child) { margin-top: .625rem }
button.account { justify-content: flex-start; text-align: start; line-height: 1.25 }
button img { width: 1.75rem; height: 1.75rem; border-radius: 50% }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.or { display: flex; align-items: center; gap: .75rem; margin: 1.5rem 0 0; font-size: .875rem }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line) }
.error { color: var(--error) }`

const mark = `<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3l7 3v5c0 4.6-2.9 8.2-7 10-4.1-1.8-7-5.4-7-10V6z"/>
<path d="M9 12l2.2 2.2L15.4 10"/></svg>`

/** Escapes a value for text and quoted attributes. */
export function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Renders one card below the provider's heading; `body` is HTML. */
export function renderPage(lead: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Demo identity provider</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main>
${mark}
<h1>Demo identity provider</h1>
<p>${escapeHtml(lead)}</p>
${body}
</main>
</body>
</html>
`
}

interface LoginPage {
  action: string
  client: string
  accounts: readonly { account: Account; picture: string }[]
  loginHint?: string
  message?: string
}

/** The sign-in page: a button for each account, a form for new ones, and a way to cancel. */
export function renderLogin({ action, client, accounts, loginHint = "", message }: LoginPage): string {
  const known = accounts.map(renderAccountButton).join("\n")
  return renderPage(
    `Sign in to continue to ${client}`,
    `<form method="post" action="${escapeHtml(action)}/continue">
${known}
</form>
<p class="or">or as someone else</p>
<form method="post" action="${escapeHtml(action)}/login">
${message ? `<p class="error" role="alert">${escapeHtml(message)}</p>` : ""}
<label>Name <input name="login" autocomplete="username" value="${escapeHtml(loginHint)}"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" placeholder="Any will do"></label>
<button class="primary">Sign in</button>
</form>
<form method="post" action="${escapeHtml(action)}/cancel"><button class="quiet">Cancel</button></form>`,
  )
}

function renderAccountButton({ account, picture }: LoginPage["accounts"][number]): string {
  return `<button class="account" name="account" value="${escapeHtml(account.sub)}">
<img src="${escapeHtml(picture)}" alt="">Continue as ${escapeHtml(account.name)}</button>`
}

/** Asks whether to end the provider's own session; `form` is the hidden form that oidc-provider expects. */
export function renderLogout(form: string): string {
  return renderPage(
    "Do you want to sign out here too?",
    `<div>${form}</div>
<form>
<button class="primary" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button class="quiet" form="op.logoutForm">Stay signed in</button>
</form>`,
  )
}

/** A round picture with the initials of a name. */
export function renderPicture(name: string): string {
  const initials = name.split(/\s+/).map((word) => [...word][0] ?? "")
  const hue = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 360, 7)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="hsl(${hue} 45% 40%)"/>
<text x="32" y="41" text-anchor="middle" fill="#fff" font-family="system-ui, sans-serif" font-size="25" font-weight="600">${escapeHtml(initials.slice(0, 2).join("").toUpperCase())}</text></svg>`
}
