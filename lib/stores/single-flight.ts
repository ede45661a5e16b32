/**
 * Deduplicates concurrent calls: callers with the same key share one promise, whether it resolves or rejects.
 *
 * @returns a function that runs `work`, unless a run for that key is already in progress
 */
export function singleFlight<Value>(): (key: string, work: () => Promise<Value>) => Promise<Value> {
  const flights = new Map<string, Promise<Value>>()
  return (key, work) => {
    const flight = flights.get(key) ?? work().finally(() => flights.delete(key))
    flights.set(key, flight)
    return flight
  }
}
