import { readFileSync } from 'node:fs'

/** The most memory that a process has had at once, in KiB; 0 where it is not told. */
export function peakKbOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+([0-9]+)/.exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}
