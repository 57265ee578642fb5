import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { initialise, isInitialised } from '#cli/postgres/initdb.ts'
import { runningIn, takeLock, type Lock } from '#cli/postgres/lock.ts'
import { placeOf, type Place } from '#cli/postgres/place.ts'
import { postmasterOf, stopLeftover } from '#cli/postgres/postmaster.ts'
import { launchServer, type Server } from '#cli/postgres/server.ts'
import { StartError, startErrorOf } from '#cli/postgres/start-error.ts'

/** A PostgreSQL of our own, kept in a home folder. */
export type EmbeddedPostgres = {
  /** Connects as the superuser `postgres` to the database `postgres`. */
  readonly superuserUrl: string
  /** Whether this start made the server. */
  readonly firstStart: boolean
  /** The process that runs now; another one after a crash. */
  readonly pid: () => number
  readonly stop: () => Promise<void>
}

export type StartPostgres = {
  /** The folder `.jifen`; made when it is not there. */
  readonly home: string
  readonly onProgress?: (text: string) => void
  /** Called when the server ended by itself and could not be brought back; the message is one sentence. */
  readonly onLost?: (error: StartError) => void
  /** For tests: no flush to disk, and `stop` removes the server with all its data. */
  readonly throwAway?: boolean
}

const restartsBeforeGivingUp = 5

/**
 * Starts the server of a home folder, making it the first time, and keeps it running: a server that ends by
 * itself is started again under the same URL. Refuses with StartError, one sentence that says what to do.
 */
export async function startPostgres(options: StartPostgres): Promise<EmbeddedPostgres> {
  const home = makeHome(options.home)
  const lock = await takeLock(home)
  try {
    return await startLocked(home, lock, options)
  } catch (error) {
    lock.release()
    throw startErrorOf(error, home)
  }
}

/** The superuser URL of the server that another process runs in this home now, or undefined. */
export async function findPostgres(homeFolder: string): Promise<string | undefined> {
  if (!existsSync(homeFolder)) return undefined
  const home = realpathSync(homeFolder)
  const deadline = performance.now() + 60_000
  while (runningIn(home) !== undefined && performance.now() < deadline) {
    const [port, password] = [recall(home, 'postgres-port'), recall(home, 'postgres-password')]
    const folder = recall(home, 'location') ?? home
    const ready = postmasterOf(join(folder, 'postgres'))?.ready ?? false
    if (port !== undefined && password !== undefined && ready) return urlOf(Number(port), password)
    await wait(100)
  }
  return undefined
}

/** Stops whatever still runs in the home of a throw-away server whose program was killed, and removes it. */
export async function discardPostgres(homeFolder: string): Promise<void> {
  const home = realpathSync(homeFolder)
  await takeLock(home)
  const folder = recall(home, 'location') ?? home
  await stopLeftover(join(realpathSync(folder), 'postgres'))
  remove(home, folder)
}

async function startLocked(
  home: string,
  lock: Lock,
  options: StartPostgres,
): Promise<EmbeddedPostgres> {
  const onProgress = options.onProgress ?? (() => {})
  const durable = options.throwAway !== true
  const place = await placeOf(home, onProgress)
  await stopLeftover(place.dataFolder)

  const firstStart = !isInitialised(place)
  const password = passwordOf(home, firstStart)
  if (firstStart) {
    onProgress(`Preparing PostgreSQL ${place.version.split('-')[0]}`)
    await initialise(place, password, durable)
  }

  onProgress('Starting PostgreSQL')
  const logFile = join(home, 'postgres.log')
  const { server, port } = await launchOnFreePort(home, place, { logFile, durable })
  const keeper = keepRunning(server, async () => {
    onProgress('PostgreSQL ended by itself; starting it again')
    await stopLeftover(place.dataFolder)
    return await launchServer(place, { port, logFile, durable })
  })
  void keeper.lost.then((error) => options.onLost?.(error))

  return {
    superuserUrl: urlOf(port, password),
    firstStart,
    pid: keeper.pid,
    stop: async () => {
      await keeper.stop()
      if (durable) lock.release()
      else remove(home, place.folder)
    },
  }
}

type Keeper = {
  readonly pid: () => number
  readonly stop: () => Promise<void>
  readonly lost: Promise<StartError>
}

/** Brings a server back each time it ends unasked, until that has failed or happened too often in a minute. */
function keepRunning(first: Server, launch: () => Promise<Server | undefined>): Keeper {
  let server = first
  let stopping = false
  const { promise: lost, resolve: giveUp } = Promise.withResolvers<StartError>()

  const watch = async (): Promise<void> => {
    const endings: number[] = []
    for (;;) {
      await server.ended
      if (stopping) return

      endings.push(performance.now())
      const earliest = endings.at(-restartsBeforeGivingUp)
      if (earliest !== undefined && performance.now() - earliest < 60_000) {
        throw new StartError(
          `PostgreSQL ended ${restartsBeforeGivingUp} times within a minute: its log in the folder .jifen says why.`,
        )
      }
      server = (await launch()) ?? (await launchAgain(launch))
      // Whoever stopped us meanwhile stopped the server before this one, and waits for us.
      if (stopping) return
    }
  }
  const watching = watch().catch((error: unknown) => {
    const sentence = 'PostgreSQL ended and could not be started again: start jifen again.'
    giveUp(error instanceof StartError ? error : new StartError(sentence, { cause: error }))
  })

  return {
    pid: () => server.pid,
    lost,
    stop: async () => {
      stopping = true
      await server.stop()
      await watching
      // A restart that was under way when stop was called has made another server by now.
      await server.stop()
    },
  }
}

/** The port is part of a URL that is in use, so it is waited for when another program took it meanwhile. */
async function launchAgain(launch: () => Promise<Server | undefined>): Promise<Server> {
  for (let attempt = 1; attempt <= 20; attempt += 1) {
    await wait(1_000)
    const server = await launch()
    if (server !== undefined) return server
  }
  throw new StartError(
    'Another program took the port of PostgreSQL: stop it and start jifen again.',
  )
}

async function launchOnFreePort(
  home: string,
  place: Place,
  settings: { readonly logFile: string; readonly durable: boolean },
): Promise<{ readonly server: Server; readonly port: number }> {
  let wanted = Number(recall(home, 'postgres-port') ?? 0)
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const port = (await freePort(wanted)) ?? (await freePort(0))
    wanted = 0
    if (port === undefined) continue

    keep(home, 'postgres-port', String(port))
    const server = await launchServer(place, { ...settings, port })
    if (server !== undefined) return { server, port }
  }
  throw new StartError('No port of 127.0.0.1 is free for PostgreSQL: stop other programs first.')
}

/** The wanted port when it is free, any free one for 0. */
async function freePort(wanted: number): Promise<number | undefined> {
  const probe = createServer()
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  probe.once('error', () => resolve(undefined))
  probe.listen({ port: wanted, host: '127.0.0.1', exclusive: true }, () => {
    const address = probe.address()
    const port = typeof address === 'object' ? address?.port : undefined
    probe.close(() => resolve(port))
  })
  return await promise
}

function passwordOf(home: string, firstStart: boolean): string {
  const kept = recall(home, 'postgres-password')
  if (kept !== undefined) return kept
  if (!firstStart) {
    throw new StartError(
      `${join(home, 'postgres-password')} is missing: put it back, or move ${home} away to begin with an empty database.`,
    )
  }
  const password = randomBytes(24).toString('base64url')
  keep(home, 'postgres-password', password)
  return password
}

function urlOf(port: number, password: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
}

function makeHome(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return realpathSync(path)
  } catch (error) {
    throw startErrorOf(error, resolve(path))
  }
}

function recall(home: string, name: string): string | undefined {
  const path = join(home, name)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

function keep(home: string, name: string, text: string): void {
  writeFileSync(join(home, name), `${text}\n`, { mode: 0o600 })
}

function remove(home: string, folder: string): void {
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true })
}
