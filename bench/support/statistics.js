export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** A row of the table of targets: a figure that must not be below `target`. */
export function atLeast(what, value, target) {
  return { what, target: `≥ ${target}`, value: round(value), met: value >= target }
}

/** A row of the table of targets: a figure that must not be above `target`. */
export function atMost(what, value, target, unit = "") {
  return { what, target: `≤ ${target}${unit}`, value: `${round(value)}${unit}`, met: value <= target }
}

/** Two decimals, or none where the number is large. */
export function round(value) {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(2)
}

/** A table in Markdown. The first column is text, the others are numbers. */
export function toTable(header, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`
  const rule = header.map((_name, column) => (column === 0 ? "---" : "---:"))
  return [line(header), line(rule), ...rows.map(line)].join("\n")
}
