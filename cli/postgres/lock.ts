import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { markOf } from '#cli/postgres/process-mark.ts'
import { StartError, codeOf, startErrorOf } from '#cli/postgres/start-error.ts'

/** The right to run jifen in one home folder, held by one process at a time. */
export type Lock = { readonly release: () => void }

type Holder = { readonly pid: number; readonly mark: string }

/**
 * Takes the lock of a home folder. A lock whose process has ended, or whose number another process has now,
 * is taken over; a living one is refused with a StartError that names it.
 */
export async function takeLock(home: string): Promise<Lock> {
  const path = join(home, 'lock')
  const mine = JSON.stringify({ pid: process.pid, mark: markOf(process.pid) ?? '' })

  for (let attempt = 1; attempt <= 50; attempt += 1) {
    if (writeNew(path, mine)) return { release: () => release(path, mine) }

    const found = readText(path)
    if (found === undefined) continue
    const holder = parse(found)
    if (holder !== undefined && isHeld(holder)) throw alreadyRunning(home, holder)
    // A lock that says nothing may be in the middle of being written.
    if (holder === undefined && attempt < 10) await wait(50)
    else setAside(path, found)
  }
  throw new StartError(
    `${path} changes all the time: stop the other programs of this folder first.`,
  )
}

/** The process that runs jifen in this home folder now, if one does. */
export function runningIn(home: string): number | undefined {
  const holder = parse(readText(join(home, 'lock')) ?? '')
  return holder !== undefined && isHeld(holder) ? holder.pid : undefined
}

function isHeld(holder: Holder): boolean {
  return markOf(holder.pid) === holder.mark
}

function alreadyRunning(home: string, holder: Holder): StartError {
  const who = holder.pid === process.pid ? 'by this very process' : `as process ${holder.pid}`
  return new StartError(
    `jifen is already running in ${home} ${who}: use that one, or stop it first (kill ${holder.pid}).`,
  )
}

function writeNew(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw startErrorOf(error, path)
  }
}

/** Removes a stale lock. What was moved is looked at again, since another program may have been faster. */
function setAside(path: string, stale: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw startErrorOf(error, path)
  }

  try {
    if (readText(aside) !== stale) linkSync(aside, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function release(path: string, mine: string): void {
  if (readText(path) === mine) rmSync(path, { force: true })
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw startErrorOf(error, path)
  }
}

function parse(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    if (!('pid' in value) || !('mark' in value)) return undefined
    if (typeof value.pid !== 'number' || typeof value.mark !== 'string') return undefined
    return { pid: value.pid, mark: value.mark }
  } catch {
    return undefined
  }
}
