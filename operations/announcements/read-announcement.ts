import type { Database } from '#db/connection.ts'
import { markRead, type Announced } from '#db/membership/announcements.ts'
import { transact } from '#operations/_transact.ts'

export type AnnouncementRead =
  | { readonly ok: true; readonly announced: Announced }
  | { readonly ok: false; readonly refusal: 'announcements/unknown' }

/** Records that a member has read an announcement; again changes nothing. */
export async function readAnnouncement(
  db: Database,
  read: { readonly memberId: string; readonly id: string; readonly at: Temporal.Instant },
): Promise<AnnouncementRead> {
  const announced = await transact(db, (tx) => markRead(tx, read.memberId, read.id, read.at))
  if (announced === undefined) return { ok: false, refusal: 'announcements/unknown' }
  return { ok: true, announced }
}
