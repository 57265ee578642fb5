import { z } from 'zod'
import type { GivenDocument, RecordedAnswer, ReviewDecision } from '#db/governance/reviews.ts'
import { cursorOfMoment, momentOf, type Moment } from '#http/cursor.ts'
import type { Refused } from '#http/problems.ts'
import { CursorSchema, LimitSchema } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { nameOf } from '#rules/fields.ts'
import { outsideAnswers, type CheckSaw } from '#rules/merchants/review/checks.ts'
import { DocumentSchema, SlugSchema, type Missing } from '#rules/merchants/review/documents.ts'
import { instantToText } from '#rules/time/instants.ts'

export const OrNullSchema = InstantTextSchema.nullable()

/** What a page of a list by time is asked with. */
export const pageQuery = { limit: LimitSchema.optional(), cursor: CursorSchema.optional() }

export const DocumentsBodySchema = z.strictObject({
  documents: z.array(DocumentSchema).min(1).max(50).meta({
    description: 'What is known of each. Their bytes stay in your archive: the digest proves them.',
  }),
})

export const DocumentsSchema = z.array(DocumentSchema).max(50).default([])

export const DecisionBodySchema = z
  .strictObject({
    stage: SlugSchema.meta({ description: 'The stage that you decide.', examples: ['documents'] }),
    decision: z.enum(['approve', 'reject', 'askSupplement']),
    reason: z.string().trim().max(1_000).default('').meta({
      description: 'Needed but for an approval of which every check is met.',
    }),
    documents: z.array(SlugSchema).max(30).default([]).meta({
      description: 'With `askSupplement`: the kinds of documents that are asked for.',
    }),
  })
  .meta({ examples: [{ stage: 'documents', decision: 'approve' }] })

export const EvidenceBodySchema = z.strictObject({
  name: SlugSchema.meta({ examples: ['entityVerification'] }),
  answer: z.enum(outsideAnswers),
  reference: nameOf(200).meta({ description: 'Under which whoever was asked keeps it.' }),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'A SHA-256 is 64 digits of 0-9 a-f.' })
    .nullable()
    .default(null)
    .meta({ description: 'Of the answer as it was given.' }),
})

export const CheckSawSchema = z
  .object({
    check: z.string(),
    severity: z.enum(['blocks', 'asks']),
    met: z.boolean(),
    saw: z.string().nullable().meta({ description: '`null`: nobody has the figure or answer.' }),
    atLeast: z.string().optional(),
    atMost: z.string().optional(),
  })
  .meta({ id: 'CheckSaw', description: 'A figure held against its bounds, or an answer.' })

export const DocumentTextSchema = z.object({
  kind: z.string(),
  name: z.string(),
  sha256: z.string(),
  sizeBytes: z.int(),
  mediaType: z.string(),
  givenAt: InstantTextSchema,
})

export const ReviewDecisionSchema = z.object({
  number: z.int(),
  round: z.int(),
  stage: z.string(),
  decision: z.string(),
  by: z.string().meta({ description: '`jifen`: by time. Merchants are not told which person.' }),
  reason: z.string(),
  saw: z.array(CheckSawSchema),
  at: InstantTextSchema,
})

export const AnswerTextSchema = z.object({
  name: z.string(),
  answer: z.enum(outsideAnswers),
  reference: z.string(),
  sha256: z.string().nullable(),
  at: InstantTextSchema,
})

/** An instant as it is told, where there is one. */
export function orNull(instant: Temporal.Instant | null, zone: string): string | null {
  return instant === null ? null : instantToText(instant, zone)
}

export function documentText(
  { kind, name, sha256, sizeBytes, mediaType, givenAt }: GivenDocument,
  zone: string,
): z.input<typeof DocumentTextSchema> {
  return { kind, name, sha256, sizeBytes, mediaType, givenAt: instantToText(givenAt, zone) }
}

/** A decision as it is told: to a merchant, of the market and not of a person. */
export function decisionText(
  { number, round, stage, decision, by, reason, saw, at }: ReviewDecision,
  zone: string,
  isStaff: boolean,
): z.input<typeof ReviewDecisionSchema> {
  return {
    number,
    round,
    stage,
    decision,
    by: isStaff || by === 'jifen' ? by : 'market',
    reason,
    saw: JSON.parse(saw) as z.input<typeof CheckSawSchema>[],
    at: instantToText(at, zone),
  }
}

export function answerText(
  { name, answer, reference, sha256, at }: RecordedAnswer,
  zone: string,
): z.input<typeof AnswerTextSchema> {
  return { name, answer, reference, sha256, at: instantToText(at, zone) }
}

/** A refusal with what explains it: missing documents, checks, figures, the earliest instant. */
export function explained(
  refused: {
    readonly refusal: Refused['refusal']
    readonly missing?: readonly Missing[]
    readonly checks?: readonly CheckSaw[]
    readonly figures?: readonly string[]
    readonly earliest?: Temporal.Instant
  },
  zone: string,
): Refused {
  const { refusal, missing, checks, figures, earliest } = refused
  const detail = earliest === undefined ? undefined : `Not before ${instantToText(earliest, zone)}.`
  const more = Object.fromEntries(
    Object.entries({ missing, checks, figures }).filter(([, value]) => value !== undefined),
  )
  return { refusal, detail, more }
}

const usualLimit = 20

/** A page that was asked for; `undefined`: the cursor is none. One more is read than is shown. */
export function pageOf({
  limit = usualLimit,
  cursor,
}: {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}): { readonly behind: Moment | undefined; readonly limit: number } | undefined {
  const behind = cursor === undefined ? undefined : momentOf(cursor)
  if (cursor !== undefined && behind === undefined) return undefined
  return { behind, limit: limit + 1 }
}

/** What is shown of a page that was read, and where the next begins. */
export function shownOf<Item>(
  read: readonly Item[],
  limit: number,
  placeOf: (item: Item) => Moment,
): { readonly shown: readonly Item[]; readonly next: { readonly nextCursor?: string } } {
  const shown = read.slice(0, limit - 1)
  const last = shown.at(-1)
  const next =
    read.length < limit || last === undefined ? {} : { nextCursor: cursorOfMoment(placeOf(last)) }
  return { shown, next }
}
