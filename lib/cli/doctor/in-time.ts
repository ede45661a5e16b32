const milliseconds = 10_000

/**
 * Waits for the answer of a server, however many bytes arrive in the meantime. The caller closes the connection.
 *
 * @throws {Error} after ten seconds
 */
export async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`No answer within ${milliseconds / 1000} seconds.`)
    timer = setTimeout(() => reject(error), milliseconds)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
