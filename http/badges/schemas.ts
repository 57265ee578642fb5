import { z } from 'zod'
import type { DecisionRow, EvidenceRow, QueuedRow } from '#db/badges/reviews.ts'
import type { SuspicionRow } from '#db/badges/suspicions.ts'
import { InstantTextSchema, MemberIdSchema } from '#http/wallets/schemas.ts'
import { instantToText } from '#rules/time/instants.ts'

const StepSchema = z.enum(['bronze', 'silver', 'gold'])
const TitleTextSchema = z.object({ zh: z.string(), en: z.string() })

export const DayTextSchema = z.string().meta({ format: 'date', examples: ['2017-11-11'] })

const LevelTextSchema = z.object({ name: z.string(), title: TitleTextSchema })

export const MemberBadgesSchema = z
  .object({
    memberId: z.string(),
    policy: z.string().meta({ examples: ['badges@1'] }),
    points: z.int().meta({ description: 'Badge points: they are never spent.' }),
    level: LevelTextSchema.nullable(),
    nextLevel: LevelTextSchema.extend({ missing: z.int() }).nullable(),
    badges: z.array(
      z.object({
        badge: z.string(),
        title: TitleTextSchema,
        held: z.array(z.object({ step: StepSchema, reachedOn: DayTextSchema, policy: z.string() })),
        waiting: z.array(StepSchema).meta({
          description: 'Reached if what waits for a review is cleared.',
        }),
        have: z.int().meta({ description: 'What its condition comes to at present.' }),
        next: z
          .object({ step: StepSchema, needed: z.int(), missing: z.int() })
          .nullable()
          .meta({ description: '`null`: every step is held.' }),
      }),
    ),
    waiting: z
      .array(z.object({ behaviour: z.string(), facts: z.int() }))
      .meta({ description: 'What waits for a review and counts for nothing until then.' }),
  })
  .meta({ id: 'MemberBadges', description: 'The badges of a member, and how far the next are.' })

const StatusSchema = z.enum(['open', 'cleared', 'struck', 'moot'])

export const ReviewFilterSchema = z.object({
  status: StatusSchema.optional().meta({ description: 'Without it, the open ones.' }),
  rule: z.string().max(40).optional(),
  memberId: MemberIdSchema.optional(),
  ring: z.string().max(300).optional(),
})

const SuspicionShape = {
  memberId: z.string(),
  suspicionId: z.string().meta({ examples: ['review-burst.1'] }),
  rule: z.string().meta({ description: 'The rule of the policy that found it.' }),
  kind: z.enum(['burst', 'ring', 'reviewWithoutOrder', 'reviewTooSoon']),
  ring: z.string().nullable().meta({
    description: 'The beginning of the hash of the device, and what the ring is about.',
  }),
  status: StatusSchema,
  openedAt: InstantTextSchema,
}

export const QueuedSchema = z
  .object({
    ...SuspicionShape,
    facts: z.int(),
    firstAt: InstantTextSchema.nullable(),
    lastAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'Suspicion', description: 'Facts that look like gaming.' })

const DecisionSchema = z.object({
  number: z.int(),
  decision: z.enum(['clear', 'strike']),
  reason: z.string(),
  decidedBy: z.string(),
  decidedAt: InstantTextSchema,
})

export const SuspicionParamsSchema = z.object({
  memberId: MemberIdSchema,
  suspicionId: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}[.][0-9]{1,9}$/, {
    error: 'A suspicion is named like review-burst.1.',
  }),
})

export const EvidenceSchema = z
  .object({
    ...SuspicionShape,
    facts: z.array(
      z.object({
        source: z.string(),
        id: z.string(),
        type: z.string(),
        at: InstantTextSchema,
        data: z.record(z.string(), z.unknown()).meta({ description: 'As told, but the device.' }),
        device: z.string().nullable().meta({ description: 'The beginning of its salted hash.' }),
        ringMembers: z.int().nullable(),
      }),
    ),
    moreFacts: z.boolean().meta({ description: 'Whether there are more facts than are listed.' }),
    ringMembers: z.array(z.string()).meta({ description: 'Who is suspected of the same ring.' }),
    decisions: z.array(DecisionSchema),
  })
  .meta({ id: 'SuspicionEvidence', description: 'A suspicion with its facts and decisions.' })

/** A suspicion as it is told. */
export function suspicionText(row: SuspicionRow, zone: string) {
  const { memberId, suspicionId, rule, ring, status } = row
  return {
    memberId,
    suspicionId,
    rule,
    kind: row.kind as 'burst',
    ring: ring === '' ? null : ring,
    status,
    openedAt: instantToText(row.openedAt, zone),
  }
}

export function queuedText(row: QueuedRow, zone: string): z.input<typeof QueuedSchema> {
  const text = (at: Temporal.Instant | null): string | null => {
    return at === null ? null : instantToText(at, zone)
  }
  return {
    ...suspicionText(row, zone),
    facts: row.facts,
    firstAt: text(row.firstAt),
    lastAt: text(row.lastAt),
  }
}

/** A fact of a suspicion without the device it was told with. */
export function factText(row: EvidenceRow, zone: string) {
  const { device: _, ...data } = JSON.parse(row.data) as Record<string, unknown>
  return {
    source: row.source,
    id: row.eventId,
    type: row.type,
    at: instantToText(row.at, zone),
    data,
    device: row.device?.slice(0, 16) ?? null,
    ringMembers: row.ringMembers,
  }
}

export function decisionText(row: DecisionRow, zone: string): z.input<typeof DecisionSchema> {
  return { ...row, decidedAt: instantToText(row.decidedAt, zone) }
}
