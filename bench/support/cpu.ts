import { childrenOf, statOf } from '#test/accept/support/processes.ts'

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10

/** Processor time that a process has used by itself, in milliseconds; 0 where it is not told. */
export function cpuMsOf(pid: number): number {
  return ticksOf(pid, 13) * tickMs
}

/** The same with its children, those that have ended too. */
export function cpuMsWithChildren(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + cpuMsOf(child), ticksOf(pid, 15) * tickMs)
}

/** Processor time of this process, in milliseconds. */
export function ownCpuMsNow(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** The user and system time, and up to field 15 those of children that have ended. */
function ticksOf(pid: number, upTo: 13 | 15): number {
  return statOf(pid)
    .slice(11, upTo)
    .reduce((sum, each) => sum + Number(each), 0)
}
