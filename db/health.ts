import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

const directory = fileURLToPath(new URL('migrations', import.meta.url))

/** Names of migrations of this program that the database has not had. */
export async function missingMigrations(db: Reader): Promise<string[]> {
  const applied = await sql<{ name: string }>`select name from jifen.migration`.execute(db)
  const names = new Set(applied.rows.map((row) => row.name))
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.replace(/\.sql$/, ''))
    .filter((name) => !names.has(name))
}

/** Whether the database answers at all. */
export async function answersAtAll(db: Reader): Promise<void> {
  await sql`select 1`.execute(db)
}

/** How many entries nobody was told of yet; beyond `most`, just that many. */
export async function unsentEntries(db: Reader, most: number): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*) as count
    from (select from jifen.outbox where not sent limit ${most}) as unsent
  `.execute(db)
  return rows.rows[0]?.count ?? 0
}

/** The earliest instant at which something in any wallet is due, or `null`. */
export async function earliestDue(db: Reader): Promise<Temporal.Instant | null> {
  const rows = await sql<{ due: Temporal.Instant | null }>`
    select min(next_due) as due from jifen.wallet where next_due is not null
  `.execute(db)
  return rows.rows[0]?.due ?? null
}
