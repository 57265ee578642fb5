import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Whether a live view of a member was told under an id of its event, and was not struck. */
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
      and not exists (
        select from jifen.struck_fact s
        where s.member_id = member_event.member_id and s.source = member_event.source
          and s.event_id = member_event.event_id
      )
    limit 1
  `.execute(db)
  return rows.rows.length > 0
}
