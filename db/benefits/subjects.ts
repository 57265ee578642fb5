import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Whether a live view of a member was told under an id of its event. */
export async function isLiveViewKnown(
  db: Reader,
  memberId: string,
  eventId: string,
): Promise<boolean> {
  const rows = await sql`
    select from jifen.member_event
    where member_id = ${memberId} and event_id = ${eventId}
      and type = 'jifen.interaction.recorded.v1' and status = 'applied'
      and data ->> 'kind' = 'liveView'
    limit 1
  `.execute(db)
  return rows.rows.length > 0
}
