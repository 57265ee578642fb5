import { Kysely, PostgresDialect } from 'kysely'
import { openPool, type Database } from '#db/connection.ts'
import type { DB } from '#db/schema.ts'

/** A pool of connections that send other statements than they are told to. */
export type Sabotaged = {
  readonly db: Database
  /** How many statements were changed: a control that changed none proves nothing. */
  readonly changed: () => number
}

/**
 * Opens a database on which one piece of every statement is replaced: for controls, which show that
 * a test would see the fault that it is there for.
 */
export function openSabotaged(url: string, piece: RegExp, by: string, size = 16): Sabotaged {
  const pool = openPool(url, { as: 'application', size })
  let count = 0
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...sent: unknown[]) => unknown
    const changed = (text: unknown, ...rest: unknown[]): unknown => {
      if (typeof text !== 'string' || !piece.test(text)) return query(text, ...rest)
      count += 1
      return query(text.replace(piece, by), ...rest)
    }
    client.query = changed as typeof client.query
  })
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  return { db, changed: () => count }
}
