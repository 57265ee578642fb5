import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { allCommandLines, commandLineOf, isAlive } from '#cli/postgres/process-mark.ts'
import { StartError, codeOf, startErrorOf } from '#cli/postgres/start-error.ts'

/** What postmaster.pid in a data folder says. `ready` is set once the server takes connections. */
export type Postmaster = { readonly pid: number; readonly ready: boolean }

export const postmasterFile = 'postmaster.pid'

/** The name that the processes of one data folder carry in their titles, by which they are known as ours. */
export function clusterNameOf(dataFolder: string): string {
  return `jifen-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 16)}`
}

/** Reads postmaster.pid, which a server that was killed leaves behind. */
export function postmasterOf(dataFolder: string): Postmaster | undefined {
  const path = join(dataFolder, postmasterFile)
  try {
    const lines = readFileSync(path, 'utf8').split('\n')
    const pid = Number(lines[0])
    if (!Number.isSafeInteger(pid) || pid <= 0) return undefined
    return { pid, ready: lines[7]?.trim() === 'ready' }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw startErrorOf(error, path)
  }
}

/** Stops a server that outlived the program which started it: fast, then at once, as a person would. */
export async function stopLeftover(dataFolder: string): Promise<void> {
  const postmaster = postmasterOf(dataFolder)
  if (postmaster === undefined || !isServerOf(dataFolder, postmaster.pid)) return

  if (await stopServer(postmaster.pid)) return
  throw new StartError(
    `An earlier PostgreSQL of ${dataFolder} does not stop: end process ${postmaster.pid} and start again.`,
  )
}

/** Asks a server to stop (fast shutdown), after 20 s without its consent. False when it lives on. */
export async function stopServer(pid: number): Promise<boolean> {
  signal(pid, 'SIGINT')
  if (await endsWithin(pid, 20_000)) return true
  signal(pid, 'SIGQUIT')
  return await endsWithin(pid, 10_000)
}

/**
 * Removes a postmaster.pid whose number now belongs to some other program. PostgreSQL itself would refuse to
 * start for ever. Only done when no process of this data folder is left; true when the way is free.
 */
export function clearForeignPidFile(dataFolder: string): boolean {
  const postmaster = postmasterOf(dataFolder)
  if (postmaster === undefined) return true
  if (!isAlive(postmaster.pid) || isServerOf(dataFolder, postmaster.pid)) return false

  const lines = allCommandLines()
  if (lines === undefined || lines.some((line) => namesServerOf(dataFolder, line))) return false
  rmSync(join(dataFolder, postmasterFile), { force: true })
  return true
}

function isServerOf(dataFolder: string, pid: number): boolean {
  if (!isAlive(pid)) return false
  if (process.platform === 'win32') return true
  return namesServerOf(dataFolder, commandLineOf(pid) ?? '')
}

function namesServerOf(dataFolder: string, commandLine: string): boolean {
  return commandLine.includes('postgres') && commandLine.includes(clusterNameOf(dataFolder))
}

async function endsWithin(pid: number, milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false
    await wait(20)
  }
  return true
}

function signal(pid: number, name: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error
  }
}
