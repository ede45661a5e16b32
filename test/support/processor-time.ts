/**
 * Milliseconds of this process's processor time that some work takes. Unlike time on the clock, it is the same on a busy
 * machine, so a limit on it can be close.
 */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
