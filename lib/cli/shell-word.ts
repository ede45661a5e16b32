/** Quotes a path for a command to copy, so that a shell takes it for one word, and the command for no option. */
export function toShellWord(path: string): string {
  const word = path.startsWith("-") ? `./${path}` : path
  if (/^[\w./@+-]+$/.test(word)) return word
  return process.platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`
}
