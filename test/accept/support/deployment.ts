import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { runningIn } from '#cli/postgres/lock.ts'
import { postmasterOf } from '#cli/postgres/postmaster.ts'
import { isAlive } from '#cli/postgres/process-mark.ts'
import { discardPostgres, findPostgres } from '#cli/postgres/start-postgres.ts'
import { openLocalIssuer, type LocalIssuer } from '#http/auth/local-issuer.ts'
import { openClient, type Client } from '#test/accept/support/client.ts'
import {
  endPrograms,
  freePort,
  pause,
  startProgram,
  type Ending,
  type Launch,
  type Program,
} from '#test/accept/support/program.ts'

/** The product as somebody runs it: the program, its PostgreSQL, a home of its own. */
export type Deployment = {
  readonly url: string
  readonly port: number
  readonly home: string
  readonly issuer: LocalIssuer
  /** A token of a service; two names are two callers. */
  readonly service: (name: string) => Promise<string>
  /** The program that runs now; another one after `restart`. */
  readonly program: () => Program
  readonly client: (connections: number, localAddress?: string) => Client
  /** The market's database, as superuser. */
  readonly databaseUrl: () => Promise<string>
  readonly database: () => Promise<pg.Client>
  /** The process of PostgreSQL that runs now. */
  readonly postmaster: () => number | undefined
  readonly postgresLog: () => string
  /** Starts the program again after it has ended. */
  readonly restart: (change?: Partial<Launch>) => Promise<Program>
  readonly stop: () => Promise<Ending>
  /** Stops what runs and removes everything. */
  readonly close: () => Promise<void>
}

const homePrefix = 'jifen-accept-'
const homesInUse = new Set<string>()
const tokenLifeSeconds = 24 * 3_600

/** Starts the product from a tree in a new temporary home, on a free port. */
export async function deploy(
  settings: Pick<Launch, 'folder' | 'clock' | 'nodeOptions' | 'environment'>,
): Promise<Deployment> {
  const home = mkdtempSync(join(tmpdir(), `${homePrefix}${process.pid}-`))
  homesInUse.add(home)
  const launch: Launch = { ...settings, home, port: await freePort() }
  let program = await startProgram(launch)
  const issuer = await openLocalIssuer(home)
  const clients: Client[] = []
  const databases: pg.Client[] = []
  const folder = postgresFolder(home)

  const stop = async (): Promise<Ending> => {
    program.kill('SIGTERM')
    return await program.ended
  }
  return {
    url: `http://127.0.0.1:${launch.port}`,
    port: launch.port,
    home,
    issuer,
    service: async (name) =>
      await issuer.sign({ role: 'service', subject: name, lifeSeconds: tokenLifeSeconds }),
    program: () => program,
    client: (connections, localAddress) => {
      const client = openClient(`http://127.0.0.1:${launch.port}`, connections, localAddress)
      clients.push(client)
      return client
    },
    database: async () => {
      const database = await openDatabase(home)
      databases.push(database)
      return database
    },
    databaseUrl: () => databaseUrl(home),
    postmaster: () => postmasterOf(join(folder, 'postgres'))?.pid,
    postgresLog: () => readFileSync(join(home, 'postgres.log'), 'utf8'),
    restart: async (change = {}) => {
      program = await startProgram({ ...launch, ...change })
      return program
    },
    stop,
    close: async () => {
      for (const client of clients) client.close()
      await Promise.allSettled(databases.map((database) => database.end()))
      await stop()
      await discardHome(home)
    },
  }
}

/** Closes whatever a trial left open, because it was given up. */
export async function closeAll(): Promise<void> {
  await endPrograms()
  await Promise.all([...homesInUse].map(discardHome))
}

/** Ends and removes what trials left behind that were killed before they could clean up. */
export async function discardLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(homePrefix))) {
    const owner = Number(name.slice(homePrefix.length).split('-')[0])
    if (isAlive(owner)) continue
    const home = join(tmpdir(), name)
    const program = runningIn(home)
    if (program !== undefined) process.kill(program, 'SIGTERM')
    while (program !== undefined && isAlive(program)) await pause(50)
    await discardHome(home).catch(() => undefined)
  }
}

async function discardHome(home: string): Promise<void> {
  homesInUse.delete(home)
  await discardPostgres(home)
  rmSync(home, { recursive: true, force: true })
}

async function databaseUrl(home: string): Promise<string> {
  const superuserUrl = await findPostgres(home)
  if (superuserUrl === undefined) throw new Error('PostgreSQL does not run')
  const url = new URL(superuserUrl)
  url.pathname = '/jifen'
  return url.href
}

async function openDatabase(home: string): Promise<pg.Client> {
  const connectionString = await databaseUrl(home)
  const database = new pg.Client({ connectionString, types: { getTypeParser } })
  // A trial may kill the server; its next statement fails, which is enough.
  database.on('error', () => undefined)
  await database.connect()
  return database
}

/** int8 as a number; all else as `pg` has it. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === pg.types.builtins.INT8) return Number
  return pg.types.getTypeParser(oid, format ?? 'text') as (text: string) => unknown
}

function postgresFolder(home: string): string {
  try {
    return readFileSync(join(home, 'location'), 'utf8').trim()
  } catch {
    return home
  }
}
