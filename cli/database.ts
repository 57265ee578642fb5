import { mkdirSync } from 'node:fs'
import pg from 'pg'
import { findPostgres, startPostgres } from '#cli/postgres/start-postgres.ts'
import { StartError } from '#cli/postgres/start-error.ts'

/** A database that a command works on. */
export type OpenedDatabase = {
  /** The URL of the owner: for migrations and the job queue; programs take the application's role. */
  readonly url: string
  /** Whether it belongs to this program: a server of our own in the home folder. */
  readonly embedded: boolean
  readonly close: () => Promise<void>
}

/** The market's database within the server of our own. */
const databaseName = 'jifen'

/**
 * Opens the market's database: the one `DATABASE_URL` names, else that of the home folder's own
 * server, which is started for as long as it is needed unless `jifen start` runs it already. Throws
 * `StartError`, in one sentence, when there is none to be had.
 */
export async function openDatabase(
  home: string,
  onProgress: (text: string) => void = () => undefined,
  onLost: (error: StartError) => void = () => undefined,
): Promise<OpenedDatabase> {
  const given = process.env['DATABASE_URL']
  if (given !== undefined && given !== '') {
    await reach(given)
    return { url: given, embedded: false, close: async () => undefined }
  }

  mkdirSync(home, { recursive: true, mode: 0o700 })
  const running = await findPostgres(home)
  if (running !== undefined) {
    const url = await ensureDatabase(running)
    return { url, embedded: true, close: async () => undefined }
  }
  const server = await startPostgres({ home, onProgress, onLost })
  const url = await ensureDatabase(server.superuserUrl)
  return { url, embedded: true, close: server.stop }
}

/**
 * As `openDatabase`, for the program that runs a market: where another one runs it in this home folder
 * already, that is a `StartError` which says so.
 */
export async function startDatabase(
  home: string,
  onProgress: (text: string) => void,
  onLost: (error: StartError) => void,
): Promise<OpenedDatabase> {
  if (process.env['DATABASE_URL']) return await openDatabase(home)
  const server = await startPostgres({ home, onProgress, onLost })
  const url = await ensureDatabase(server.superuserUrl)
  return { url, embedded: true, close: server.stop }
}

async function ensureDatabase(superuserUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const found = await client.query('select from pg_database where datname = $1', [databaseName])
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`)
  } finally {
    await client.end()
  }
  const url = new URL(superuserUrl)
  url.pathname = `/${databaseName}`
  return url.href
}

async function reach(url: string): Promise<void> {
  let client: pg.Client
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  } catch {
    throw new StartError('DATABASE_URL is not a PostgreSQL URL: write postgres://user@host/name.')
  }
  try {
    await client.connect()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StartError(`The database of DATABASE_URL cannot be reached: ${why}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}
