import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from '#db/connection.ts'

/**
 * Waits until readers of the changed orders may see all there are: the tests of other files run in the
 * same server, and whatever still writes there holds the feed back.
 */
export async function untilOrdersAreRead(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ hidden: boolean }>`
      select exists (
        select from jifen.member_order where changed_in >= pg_snapshot_xmin(pg_current_snapshot())
      ) as hidden
    `.execute(db)
    if (rows[0]?.hidden !== true) return
    await wait(5)
  }
}
