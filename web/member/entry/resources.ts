import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { getJson } from '#web/kit/api.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { maybe } from '#web/member/maybe.ts'

const WindowSchema = z.object({ from: z.string(), to: z.string() })

const EventSchema = z.object({
  event: z.string(),
  title: z.record(z.string(), z.string()),
  points: z.int(),
  register: WindowSchema,
  takesPlace: WindowSchema,
  capacity: maybe(z.int()),
  left: maybe(z.int()),
  waiting: z.int(),
  /** What whoever registers has to accept. */
  rules: maybe(z.string()),
  calledOff: maybe(z.object({ at: z.string(), reason: z.string() })),
  terms: z.looseObject({
    waitingList: z.int().optional().catch(undefined),
    attendance: z
      .object({ givesBack: z.string().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
})

/** An event that members register for. */
export type EntryEvent = z.output<typeof EventSchema>

export const EntrySchema = z.object({
  event: z.string(),
  nth: z.int(),
  status: z.string(),
  points: z.int(),
  captured: z.int(),
  givenBack: z.int(),
  registeredAt: z.string(),
  /** How many wait before the member; told of one entry alone. */
  before: maybe(z.int()),
})

/** The member's entry to an event. */
export type Entry = z.output<typeof EntrySchema>

export const eventsQuery = queryOptions({
  queryKey: ['entry-events'],
  queryFn: async ({ signal }) => {
    const schema = z.object({ events: z.array(EventSchema) })
    return (await getJson('/v1/entry-events', schema, signal)).events
  },
})

/** The member's last entries, the newest first. */
export function entriesToEventsQuery(memberId: string) {
  const path = `${memberPath(memberId, 'event-entries')}?limit=100`
  return queryOptions({
    queryKey: ['event-entries', memberId],
    queryFn: async ({ signal }) => {
      const schema = z.object({ entries: z.array(EntrySchema) })
      return (await getJson(path, schema, signal)).entries
    },
  })
}

/** The member's last entry to one event, with its place in the line. */
export function entryToEventQuery(memberId: string, event: string) {
  const path = memberPath(memberId, 'event-entries', event)
  return queryOptions({
    queryKey: ['event-entries', memberId, event],
    queryFn: async ({ signal }) => await getJson(path, EntrySchema, signal),
  })
}
