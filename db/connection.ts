import type { Writable } from 'node:stream'
import { assert } from '#rules/assert.ts'
import type { DB } from '#db/schema.ts'
import { CompiledQuery, DummyDriver, Kysely, PostgresDialect, Transaction } from 'kysely'
import pg from 'pg'

/** A pool of connections to the market's database, typed by the golden schema. */
export type Database = Kysely<DB>

/** A transaction in progress. Only `transact` opens one. */
export type Writer = Transaction<DB>

/** Either: for functions that only read. */
export type Reader = Database | Writer

/** The role of the application: it may add to the books and read them, never change them. */
const applicationRole = 'jifen_app'

/** Instants are read as the server writes them: in a form that does not depend on where it stands. */
const sessionOptions = '-c TimeZone=UTC -c DateStyle=ISO'

/**
 * Its statements go by key through prepared plans that do not depend on the values. A plan made while
 * a table was small must not read it whole once it has grown.
 */
const applicationOptions = `${sessionOptions} -c role=${applicationRole} -c plan_cache_mode=force_generic_plan -c enable_seqscan=off`

/**
 * Opens a pool. `as: 'application'` takes the application's role on every connection; `'owner'` keeps
 * the login's own rights (migrations, the job queue). Values come as numbers within the safe range
 * (int8), `Temporal` values (times and dates) and raw text (json).
 */
export function connect(
  url: string,
  settings: { readonly as: 'application' | 'owner'; readonly size?: number },
): Database {
  const pool = openPool(url, settings)
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}

/** The pool beneath `connect`, for libraries that bring their own SQL. */
export function openPool(
  url: string,
  settings: { readonly as: 'application' | 'owner'; readonly size?: number },
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: settings.size ?? 10,
    pipeline: true,
    types: { getTypeParser },
    connectionTimeoutMillis: 10_000,
    application_name: 'jifen',
    options: settings.as === 'application' ? applicationOptions : sessionOptions,
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end us.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    // One in use tells whoever uses it as well, by the statement that fails.
    client.on('error', () => undefined)
    prepareStatements(client)
  })
  return pool
}

/** Past so many different statements on one connection, the rest are sent without a name. */
const mostPrepared = 500

/**
 * Has a connection prepare each parameterised statement the first time and name it from then on, so
 * that PostgreSQL parses and plans it once. Values are always parameters, so texts are few.
 */
function prepareStatements(client: pg.ClientBase): void {
  const names = new Map<string, string>()
  const query = sentTogether(client)
  const named = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
    if (typeof text !== 'string' || !Array.isArray(values)) return query(text, values, ...rest)
    if (!names.has(text) && names.size >= mostPrepared) return query(text, values, ...rest)
    const name = names.get(text) ?? `jifen_${names.size}`
    names.set(text, name)
    return query({ name, text, values }, undefined, ...rest)
  }
  client.query = named as typeof client.query
}

/**
 * Has what a connection is given at one time leave in one piece: a way into the kernel for each
 * statement costs more than most statements.
 */
function sentTogether(client: pg.ClientBase): (...sent: unknown[]) => unknown {
  const query = client.query.bind(client) as (...sent: unknown[]) => unknown
  const { stream } = (client as unknown as { readonly connection: { stream: Writable } }).connection
  let isWaiting = false
  const leave = (): void => {
    isWaiting = false
    stream.uncork()
  }
  return (...sent) => {
    if (!isWaiting) {
      isWaiting = true
      stream.cork()
      process.nextTick(leave)
    }
    return query(...sent)
  }
}

/**
 * Runs work in a transaction on a connection of its own, which `begin` opens; a throw rolls everything
 * back. Work's statements are sent as they come, those of the beginning in one piece with `begin`,
 * instead of each after the answer to the one before: PostgreSQL works them off in the order sent. What
 * depends on an answer awaits it; the rest saves its way there and back. A COMMIT that is answered with
 * ROLLBACK, because a statement had failed unheard, throws.
 */
export async function sideBySide<Result>(
  db: Database,
  begin: 'begin' | 'start transaction isolation level repeatable read read only',
  work: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  const pooled = db.getExecutor()
  return await pooled.provideConnection(async (connection) => {
    let first: unknown
    const executor = pooled.withConnectionProvider({
      provideConnection: async (consumer) => {
        try {
          return await consumer(connection)
        } catch (error) {
          first ??= error
          throw error
        }
      },
    })
    const tx = new Transaction<DB>({ ...neverUsed, executor })
    const send = async (text: string) => await tx.executeQuery<Ended>(CompiledQuery.raw(text))
    try {
      const [, result] = await Promise.all([send(begin), work(tx)])
      const { rows } = await send('commit')
      if (rows[0]?.command === 'ROLLBACK') throw first
      return result
    } catch (error) {
      // A connection works off its statements in the order sent: behind this one none is left. One
      // that was sent after the ROLLBACK would be written for good.
      await send('select 1').catch(() => undefined)
      await send('rollback').catch(() => undefined)
      // What was sent behind a statement that failed fails of it: the first says why.
      throw isOfAborted(error) ? first : error
    }
  })
}

/** What the driver tells of a statement that ends a transaction. */
type Ended = { readonly command: 'COMMIT' | 'ROLLBACK' }

function isOfAborted(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '25P02'
}

/** A transaction asks its executor for everything; these stand where a database has its own. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(new Error('a view has no pool')) })
const neverUsed = { config: { dialect }, driver: new DummyDriver(), dialect }

type Parse = (text: string) => unknown

const parsers = new Map<number, Parse>([
  [pg.types.builtins.INT8, safeInteger],
  [pg.types.builtins.TIMESTAMPTZ, instant],
  [pg.types.builtins.DATE, (text) => Temporal.PlainDate.from(text)],
  [pg.types.builtins.JSON, (text) => text],
  [pg.types.builtins.JSONB, (text) => text],
])

function getTypeParser(oid: number, format?: 'text' | 'binary'): Parse {
  const ours = format === 'binary' ? undefined : parsers.get(oid)
  return ours ?? (pg.types.getTypeParser(oid, format ?? 'text') as Parse)
}

function safeInteger(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), `an int8 of the database is in the safe range, not ${text}`)
  return value
}

function instant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text)
}
