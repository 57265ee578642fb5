import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Place } from '#cli/postgres/place.ts'
import { clearForeignPidFile, clusterNameOf } from '#cli/postgres/postmaster.ts'
import { postmasterOf, stopServer } from '#cli/postgres/postmaster.ts'
import { StartError, codeOf } from '#cli/postgres/start-error.ts'

/** One running server process. */
export type Server = {
  readonly pid: number
  /** Settles when the process ends, for whatever reason. */
  readonly ended: Promise<void>
  readonly stop: () => Promise<void>
}

export type ServerSettings = {
  readonly port: number
  readonly logFile: string
  /** False for throw-away servers: faster, and lost when the machine stops. */
  readonly durable: boolean
}

/** A launch that failed because of what the last server left behind; the next try may succeed. */
type Launch =
  | { readonly ok: true; readonly server: Server }
  | { readonly ok: false; readonly because: 'leftover' | 'port'; readonly said: string }

/** PostgreSQL is given nothing of our own environment, in which DATABASE_URL and keys may stand. */
export const environment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' }

const restartPatienceMs = 40_000
const recoveryPatienceMs = 300_000
const largestLogBytes = 10_000_000

/**
 * Starts a server and waits until it takes connections. What a killed predecessor left behind (its pid file,
 * its shared memory, its children) is waited for up to 40 s. Undefined when another program has the port.
 */
export async function launchServer(
  place: Place,
  settings: ServerSettings,
): Promise<Server | undefined> {
  const deadline = performance.now() + restartPatienceMs
  for (;;) {
    const launch = await launchOnce(place, settings)
    if (launch.ok) return launch.server
    if (launch.because === 'port') return undefined

    if (performance.now() > deadline) throw explain(place, launch.said, settings.logFile)
    if (!clearForeignPidFile(place.dataFolder)) await wait(500)
  }
}

/** The user that the processes of PostgreSQL run as: set only when jifen itself is root. */
export function identity(place: Place): { uid?: number; gid?: number } {
  return place.user === undefined ? {} : { uid: place.user.uid, gid: place.user.gid }
}

/** One sentence for what PostgreSQL said on its way out, or for why the system could not run it. */
export function explain(place: Place, reason: Error | string, logFile?: string): StartError {
  const orElse = 'set DATABASE_URL to a PostgreSQL of your own'
  if (reason instanceof Error) {
    const user = place.user?.name
    if (user !== undefined && ['EPERM', 'EINVAL'].includes(codeOf(reason) ?? '')) {
      return new StartError(
        `PostgreSQL does not run as root and this system does not let jifen run it as ${user}: start jifen as another user, or ${orElse}.`,
      )
    }
    return new StartError(
      `The PostgreSQL that npm brings does not run on this system (${reason.message}): ${orElse}.`,
    )
  }

  if (/No space left on device|Disk quota exceeded|wrote only \d+ of/.test(reason)) {
    return new StartError(
      `The disk that holds ${place.folder} is full: free some space and start again.`,
    )
  }
  if (/could not (map anonymous shared memory|create shared memory)/.test(reason)) {
    return new StartError(
      `There is too little memory for PostgreSQL: free about 300 MB, or ${orElse}.`,
    )
  }
  if (/error while loading shared libraries|GLIBC_/.test(reason)) {
    return new StartError(
      `The PostgreSQL that npm brings does not run on this system (${lastLine(reason)}): ${orElse}.`,
    )
  }
  const told = logFile === undefined ? '' : `; ${logFile} says more`
  return new StartError(`PostgreSQL did not start (${complaint(reason)})${told}.`)
}

async function launchOnce(place: Place, settings: ServerSettings): Promise<Launch> {
  setOldLogAside(settings.logFile)
  const log = openSync(settings.logFile, 'a', 0o600)
  const logStart = statSync(settings.logFile).size
  // Detached: Ctrl-C in a terminal must reach jifen, which stops its server last.
  const child = spawn(join(place.binFolder, 'postgres'), optionsOf(place, settings), {
    cwd: place.folder,
    detached: true,
    env: environment,
    stdio: ['ignore', log, log],
    ...identity(place),
  })
  closeSync(log)

  let failure: Error | undefined
  let hasEnded = false
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  child.on('error', (error) => {
    failure = error
    hasEnded = true
    resolve()
  })
  child.on('exit', () => {
    hasEnded = true
    resolve()
  })

  const deadline = performance.now() + recoveryPatienceMs
  while (!hasEnded && child.pid !== undefined) {
    const postmaster = postmasterOf(place.dataFolder)
    if (postmaster?.pid === child.pid && postmaster.ready) {
      return { ok: true, server: serverOf(child.pid, child, ended) }
    }
    if (performance.now() > deadline) await stopServer(child.pid)
    await wait(20)
  }

  await ended
  if (failure !== undefined) throw explain(place, failure)
  const said = readFileSync(settings.logFile).subarray(logStart).toString('utf8')
  if (/could not bind IPv4|could not create any TCP/.test(said)) {
    return { ok: false, because: 'port', said }
  }
  if (/lock file "postmaster\.pid" already exists|pre-existing shared memory/.test(said)) {
    return { ok: false, because: 'leftover', said }
  }
  throw explain(place, said, settings.logFile)
}

function serverOf(pid: number, child: ChildProcess, ended: Promise<void>): Server {
  const stopAtOnce = (): void => {
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      // It has ended already, which is what was wanted.
    }
  }
  let hasEnded = false
  process.once('exit', stopAtOnce)
  void ended.then(() => {
    hasEnded = true
    process.off('exit', stopAtOnce)
  })
  child.unref()
  return {
    pid,
    ended,
    stop: async () => {
      if (hasEnded) return
      // Without this nothing would keep the program alive until the end of its server is reported.
      child.ref()
      if (!(await stopServer(pid))) child.kill('SIGKILL')
      await ended
    },
  }
}

function optionsOf(place: Place, settings: ServerSettings): readonly string[] {
  const parameters = {
    port: settings.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    cluster_name: clusterNameOf(place.dataFolder),
    max_connections: 200,
    shared_buffers: '256MB',
    effective_cache_size: '1GB',
    max_wal_size: '2GB',
    random_page_cost: 1.1,
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    ...(settings.durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const flags = Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', place.dataFolder, ...flags]
}

function setOldLogAside(logFile: string): void {
  if (!existsSync(logFile) || statSync(logFile).size < largestLogBytes) return
  renameSync(logFile, `${logFile}.1`)
}

/** The line that says what is wrong, without its time and level. */
function complaint(said: string): string {
  const lines = said.trim().split('\n')
  const line = lines.find((each) => /(FATAL|PANIC|error|ERROR):/.test(each)) ?? lastLine(said)
  return (
    line.replace(/^.*?(FATAL|PANIC|ERROR|error):\s*/, '').replace(/\.$/, '') || 'it said nothing'
  )
}

function lastLine(said: string): string {
  return said.trim().split('\n').at(-1)?.trim() ?? ''
}
