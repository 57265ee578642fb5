import { sql } from 'kysely'
import { assert } from '#rules/assert.ts'
import type { Reader } from '#db/connection.ts'

/** Which server this is: its numbers of transactions mean nothing on another one. */
export async function serverOf(db: Reader): Promise<string> {
  const rows = await sql<{ id: string }>`
    select system_identifier::text as id from pg_control_system()
  `.execute(db)
  const [server] = rows.rows
  assert(server !== undefined, 'a server has an identifier')
  return server.id
}
