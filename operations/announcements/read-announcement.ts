import { markRead, type Announced } from '#db/announced/announcements.ts'
import type { ToldOf } from '#db/announced/feed.ts'
import type { Database } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'

export type AnnouncementRead =
  | { readonly ok: true; readonly announced: Announced }
  | { readonly ok: false; readonly refusal: 'announcements/unknown' }

/** Records that a member or a shop has read an announcement; again changes nothing. */
export async function readAnnouncement(
  db: Database,
  of: ToldOf,
  read: { readonly subjectId: string; readonly id: string; readonly at: Temporal.Instant },
): Promise<AnnouncementRead> {
  const announced = await transact(db, (tx) => markRead(tx, of, read.subjectId, read))
  if (announced === undefined) return { ok: false, refusal: 'announcements/unknown' }
  return { ok: true, announced }
}
