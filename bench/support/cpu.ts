import { readdirSync, readFileSync } from 'node:fs'

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

function childrenOf(pid: number): number[] {
  return processes().filter((each) => Number(statOf(each)[1]) === pid)
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** The fields of /proc/PID/stat from the state on. */
function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
