import type { AnnouncedToAll } from '#db/announced/feed.ts'
import { instantToText } from '#rules/time/instants.ts'

/** An announcement as a CloudEvent 1.0. */
export type AnnouncedEvent = {
  readonly specversion: '1.0'
  /** With `source` unique for ever. */
  readonly id: string
  readonly source: 'jifen' | 'jifen/shops'
  readonly type: string
  readonly time: string
  /** The member or the shop. */
  readonly partitionkey: string
  readonly datacontenttype: 'application/json'
  readonly data: Readonly<Record<string, unknown>>
}

/** What other systems are told of an announcement, in the feed and by webhooks alike. */
export function announcedEventOf(
  { of, subjectId, id, type, at, data }: AnnouncedToAll,
  zone: string,
): AnnouncedEvent {
  return {
    specversion: '1.0',
    id: `${subjectId}/${id}`,
    source: of === 'member' ? 'jifen' : 'jifen/shops',
    type,
    time: instantToText(at, zone),
    partitionkey: subjectId,
    datacontenttype: 'application/json',
    data,
  }
}
