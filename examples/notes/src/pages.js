const size = 10

/** Returns which page to show: the wanted one, or the last if there are fewer. */
export function toPages(total, wanted) {
  const last = Math.max(1, Math.ceil(Number(total) / size))
  const page = Math.min(readPage(wanted), last)
  return { total: Number(total), page, last, size, offset: (page - 1) * size }
}

function readPage(wanted) {
  const page = Number(wanted)
  return Number.isSafeInteger(page) && page > 0 ? page : 1
}
