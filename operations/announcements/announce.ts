import { insertAnnouncements } from '#db/announced/announcements.ts'
import type { Writer } from '#db/connection.ts'

/** What is told to a member, and of it to others. */
export type Announcement = {
  readonly memberId: string
  /** Unique among the member's: what it is about, so that the same is told once. */
  readonly id: string
  /** As events are named: `jifen.tier.changed.v1`. */
  readonly type: `jifen.${string}.v1`
  readonly at: Temporal.Instant
  /** No personal field: ids, names of policies, amounts, instants. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Tells, in the transaction of what is told; what was told before under the same id is left as it is. */
export async function announce(tx: Writer, announcements: readonly Announcement[]): Promise<void> {
  if (announcements.length === 0) return
  const rows = announcements.map(({ memberId, ...rest }) => ({ ...rest, subjectId: memberId }))
  await insertAnnouncements(tx, 'member', rows)
}
