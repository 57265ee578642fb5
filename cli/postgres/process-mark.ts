import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { codeOf } from '#cli/postgres/start-error.ts'

/** Whether a process with this number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
  return process.platform !== 'linux' || statOf(pid)?.[0] !== 'Z'
}

/**
 * A text that is the same as long as `pid` is the same process, and differs once the number is used again.
 * Undefined where there is no such process. On Windows, which does not tell, only the number counts.
 */
export function markOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined
  if (process.platform === 'win32') return 'alive'
  if (process.platform !== 'linux') return ps(['-o', 'lstart=', '-p', String(pid)])[0]

  const startTicks = statOf(pid)?.[19]
  if (startTicks === undefined) return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${startTicks}`
}

/** The command line of a process, or undefined where there is none or the system does not tell. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(['-o', 'command=', '-p', String(pid)])[0]
  return readProcess(pid, 'cmdline')?.replaceAll('\0', ' ')
}

/** The command lines of every process, or undefined where the system does not tell. */
export function allCommandLines(): readonly string[] | undefined {
  if (process.platform === 'win32') return undefined
  if (process.platform !== 'linux') return ps(['-axo', 'command='])

  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map((pid) => commandLineOf(Number(pid)) ?? '')
}

/** The fields of /proc/PID/stat from the state on: the name before them may hold spaces and parentheses. */
function statOf(pid: number): readonly string[] | undefined {
  const stat = readProcess(pid, 'stat')
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

function readProcess(pid: number, file: 'stat' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}

function ps(options: readonly string[]): readonly string[] {
  try {
    const lines = execFileSync('ps', options, { encoding: 'utf8' }).split('\n')
    return lines.map((line) => line.trim()).filter((line) => line !== '')
  } catch {
    return []
  }
}
