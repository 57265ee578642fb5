import { readdirSync, readFileSync } from 'node:fs'

/** The processes that another one started and that still run; none where the system does not tell. */
export function childrenOf(pid: number): number[] {
  return processes().filter((each) => Number(statOf(each)[1]) === pid)
}

/** The fields of /proc/PID/stat from the state on. */
export function statOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

/** Sends a signal to a process and its children at once; those that are gone are no matter. */
export function signalAll(pid: number, signal: NodeJS.Signals): void {
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, signal)
    } catch {
      // It has ended, which a signal of ours may have caused.
    }
  }
}

function processes(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}
