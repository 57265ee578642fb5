import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Whether a database has been migrated and given its market. */
export async function isFounded(db: Reader): Promise<boolean> {
  const table = await sql<{ found: boolean }>`
    select to_regclass('jifen.market') is not null as found
  `.execute(db)
  if (table.rows[0]?.found !== true) return false

  const market = await db.selectFrom('jifen.market').select('currency').executeTakeFirst()
  return market !== undefined
}
