import { z } from 'zod'
import type { EventEntry } from '#db/entry/entries.ts'
import { BatchSlugSchema } from '#http/issuing/schemas.ts'
import { InstantTextSchema, MemberIdSchema } from '#http/wallets/schemas.ts'
import { entryStatuses } from '#rules/entry/entry.ts'
import { instantToText } from '#rules/time/instants.ts'

export const EventSlugSchema = BatchSlugSchema.meta({
  description: 'The name of the event: its policy is `entry:<slug>`.',
  examples: ['night-run'],
})

export const EventParamsSchema = z.object({ slug: EventSlugSchema })

export const EntryParamsSchema = z.object({ memberId: MemberIdSchema, slug: EventSlugSchema })

export const EntryTextSchema = z
  .object({
    memberId: z.string(),
    event: z.string().meta({ examples: ['night-run'] }),
    nth: z.int().meta({ description: 'The how many-th entry of the member to the event.' }),
    policy: z.string().meta({ examples: ['entry:night-run@1'] }),
    status: z.enum(entryStatuses),
    points: z.int().meta({ description: 'What the entry costs.' }),
    captured: z.int(),
    givenBack: z.int(),
    rules: z.string().nullable().meta({ description: 'The temporary rules that were accepted.' }),
    registeredAt: InstantTextSchema,
    admittedAt: InstantTextSchema.nullable(),
    checkedInAt: InstantTextSchema.nullable(),
    endedAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'EventEntry', description: 'A member’s entry to an event.' })

export function entryText(entry: EventEntry, zone: string): z.input<typeof EntryTextSchema> {
  const textOf = (at: Temporal.Instant | null) => (at === null ? null : instantToText(at, zone))
  return {
    memberId: entry.memberId,
    event: entry.event,
    nth: entry.nth,
    policy: entry.policy,
    status: entry.status,
    points: entry.points,
    captured: entry.captured,
    givenBack: entry.givenBack,
    rules: entry.rules,
    registeredAt: instantToText(entry.registeredAt, zone),
    admittedAt: textOf(entry.admittedAt),
    checkedInAt: textOf(entry.checkedInAt),
    endedAt: textOf(entry.endedAt),
  }
}
