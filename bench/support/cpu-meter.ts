import type { Deployment } from '#test/accept/support/deployment.ts'
import { cpuMsOf, cpuMsWithChildren, ownCpuMsNow } from '#bench/support/cpu.ts'

/** Processor time for each of what was done, in microseconds, by who spent it. */
export type CpuUsed = {
  readonly serverUs: number
  readonly postgresUs: number
  readonly clientUs: number
}

/** Begins to count; the answer tells what was used since, for each of so many. */
export function openCpuMeter(deployment: Deployment): (count: number) => CpuUsed {
  const { pid } = deployment.program()
  const postmaster = deployment.postmaster() ?? 0
  const now = () => ({
    server: cpuMsOf(pid),
    postgres: cpuMsWithChildren(postmaster),
    client: ownCpuMsNow(),
  })
  const before = now()
  return (count) => {
    const after = now()
    const each = (ms: number): number => Math.round((ms * 1_000) / count)
    return {
      serverUs: each(after.server - before.server),
      postgresUs: each(after.postgres - before.postgres),
      clientUs: each(after.client - before.client),
    }
  }
}
