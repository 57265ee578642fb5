import { hash } from 'node:crypto'
import type { AnnouncedToAll } from '#db/announced/feed.ts'

/** What an event is called in every try and for every endpoint (WH-8): plain letters, as a header needs. */
export function messageIdOf({
  of,
  subjectId,
  id,
}: Pick<AnnouncedToAll, 'of' | 'subjectId' | 'id'>): string {
  const digest = hash('sha256', JSON.stringify([of, subjectId, id]), 'buffer')
  return `msg_${digest.subarray(0, 18).toString('base64url')}`
}
