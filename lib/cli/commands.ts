import type { Command } from "./command.js"

/** A command that loads when it is chosen. */
interface Entry {
  /** One sentence, for the list of commands. */
  readonly summary: string
  /** Loads the command. */
  readonly load: () => Promise<Command>
}

/** Every command, by its name. */
export const commands: Readonly<Record<string, Entry>> = {
  init: {
    summary: "Writes an app with sign-in into an empty folder, or adds sign-in to an existing app.",
    load: async () => (await import("./init.js")).init,
  },
  secret: {
    summary: "Writes a new AUTH_SECRET into .env, or replaces it without signing users out.",
    load: async () => (await import("./secret.js")).secret,
  },
  add: {
    summary: "Adds a provider: its variables to .env, its import to the app.",
    load: async () => (await import("./add.js")).add,
  },
  doctor: {
    summary: "Checks the settings, the stores and the providers; with --url, a running app from outside.",
    load: async () => (await import("./doctor.js")).doctor,
  },
  migrate: {
    summary: "Shows or creates what the database lacks.",
    load: async () => (await import("./migrate.js")).migrate,
  },
  eject: {
    summary: "Copies templates of the built-in pages into your app, to change them.",
    load: async () => (await import("./eject.js")).eject,
  },
  routes: {
    summary: "Lists the routes below the mount, with their methods.",
    load: async () => (await import("./routes.js")).routes,
  },
}
