/**
 * Lets all who ask for the same thing at once share one answer, or one failure.
 *
 * @returns a function that runs `work`, unless it is under way for that key already
 */
export function singleFlight<Value>(): (key: string, work: () => Promise<Value>) => Promise<Value> {
  const flights = new Map<string, Promise<Value>>()
  return (key, work) => {
    const flight = flights.get(key) ?? work().finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
