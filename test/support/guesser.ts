import { csrfOf } from "./auth-apps.js"
import { UserAgent } from "./user-agent.js"

type Fields = Readonly<Record<string, string | readonly string[]>>

/**
 * Guesses passwords as scripts do: one token for all attempts.
 *
 * @param headers of every request, such as a forged X-Forwarded-For
 */
export async function createGuesser(url: string, headers: Record<string, string> = {}) {
  const client = new UserAgent({ navigate: false, headers: { accept: "application/json", ...headers } })
  const csrfToken = await csrfOf(client, url)

  /** Returns the status: 401 for a wrong password, 302 for the right one, 429 after too many attempts. */
  async function guess(fields: Fields): Promise<number> {
    const answer = await client.post(`${url}/auth/callback/credentials`, {
      ...{ password: "wrong", csrfToken },
      ...fields,
    })
    return answer.status
  }

  return {
    guess,
    /** Makes the guesses one after the other. */
    guessAll: async (all: readonly Fields[]): Promise<number[]> => {
      const statuses = []
      for (const fields of all) statuses.push(await guess(fields))
      return statuses
    },
  }
}

export const times = <Value>(count: number, value: Value): Value[] =>
  Array.from({ length: count }, () => value)
