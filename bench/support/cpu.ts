import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts processor time in hundredths of a second. */
const tickMs = 10

/** Processor time that a process and its children have used, in milliseconds; 0 where it is not told. */
export function cpuMsOf(pid: number): number {
  return [pid, ...childrenOf(pid)].reduce((sum, each) => sum + ownCpuMs(each, each === pid), 0)
}

/** Processor time of this process, in milliseconds. */
export function ownCpuMsNow(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function ownCpuMs(pid: number, withEnded: boolean): number {
  const fields = statOf(pid)
  const ticks = fields.slice(11, withEnded ? 15 : 13).reduce((sum, each) => sum + Number(each), 0)
  return ticks * tickMs
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
