import { spawnSync } from "node:child_process"
import { basename, dirname } from "node:path"

/** What git does with a file: contains it, ignores it, would add it; or the folder is not in a repository. */
export type GitState = "tracked" | "ignored" | "exposed" | "outside"

/**
 * Returns what git does with a file. The repository may be a stranger's, so nothing that its configuration names is
 * executed: of what these two commands use, that is the file system monitor.
 */
export function gitState(path: string): GitState {
  const git = (...args: string[]) => runGit(dirname(path), [...args, "--", basename(path)])
  if (git("ls-files", "--error-unmatch") === 0) return "tracked"
  const ignored = git("check-ignore", "--quiet")
  if (ignored === 0) return "ignored"
  return ignored === 1 ? "exposed" : "outside"
}

/** Returns the exit code, and `null` without git. Runs elsewhere: Windows looks for programs in the working folder first. */
function runGit(folder: string, args: readonly string[]): number | null {
  const safe = ["--no-pager", "-C", folder, "-c", "core.fsmonitor=false", "-c", "core.hooksPath="]
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")))
  const options = { cwd: dirname(process.execPath), env, stdio: "ignore", timeout: 10_000 } as const
  return spawnSync("git", [...safe, ...args], options).status
}
