type Variables = Record<string, string>

/** Runs with these variables and no other AUTH_*, NODE_ENV, VERCEL or CF_PAGES, then restores the environment. */
export function withEnvironment<Result>(variables: Variables, run: () => Result): Result {
  const before = { ...process.env }
  replaceEnvironment({ ...withoutOurs(before), ...variables })
  try {
    return run()
  } finally {
    replaceEnvironment(before)
  }
}

function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(([name]) => !/^(?:AUTH_|NODE_ENV$|VERCEL$|CF_PAGES$)/.test(name))
  return Object.fromEntries(others)
}

/** Edits `process.env` in place: child processes would not inherit a replacement object. */
function replaceEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name]
  Object.assign(process.env, env)
}
