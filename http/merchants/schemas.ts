import { z } from 'zod'
import type { SanctionRow } from '#db/merchants/sanctions.ts'
import type { TurnRow, ViolationRow } from '#db/merchants/violations.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { statusOf, violationTurns } from '#rules/merchants/violations/appeal.ts'
import { toShown, type Fraction } from '#rules/merchants/metrics/fraction.ts'
import { violationKinds } from '#rules/merchants/violations/policy.ts'
import { instantToText } from '#rules/time/instants.ts'

export const ViolationIdSchema = z
  .string()
  .regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u, { error: 'A violation is named by 1 to 200 characters.' })
  .meta({ description: 'Names the violation among those of the shop.', examples: ['late-1'] })

export const ViolationParamsSchema = ShopParamsSchema.extend({ violationId: ViolationIdSchema })

export const FigureSchema = z
  .object({
    numerator: z.int(),
    denominator: z.int(),
    shown: z.string().meta({ description: 'Decimals beyond are dropped.', examples: ['4.88'] }),
  })
  .meta({ id: 'Figure', description: 'An exact quotient of whole numbers, and as it is shown.' })

export const usualDecimals = 4

/** A figure as it is told. */
export function figureText(
  { numerator, denominator }: Fraction,
  decimals = usualDecimals,
): z.input<typeof FigureSchema> {
  return { numerator, denominator, shown: toShown({ numerator, denominator }, decimals) }
}

export const ViolationSchema = z
  .object({
    shopId: z.string(),
    violationId: z.string(),
    kind: z.enum(violationKinds),
    points: z.int(),
    status: z.enum(['recorded', ...violationTurns]),
    doneAt: InstantTextSchema,
    recordedAt: InstantTextSchema,
    policy: z.string().meta({ examples: ['violations@1'] }),
    cause: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What shows it; `code` says what it is.' }),
    turns: z
      .array(z.object({ turn: z.enum(violationTurns), at: InstantTextSchema, words: z.string() }))
      .meta({ description: 'What was done about it since, in order.' }),
  })
  .meta({ id: 'Violation', description: 'Something that a shop did wrong, with its points.' })

/** A violation as it is told. */
export function violationText(
  row: ViolationRow,
  turns: readonly TurnRow[],
  zone: string,
): z.input<typeof ViolationSchema> {
  return {
    shopId: row.shopId,
    violationId: row.violationId,
    kind: row.kind,
    points: row.points,
    status: statusOf({ turns }),
    doneAt: instantToText(row.at, zone),
    recordedAt: instantToText(row.recordedAt, zone),
    policy: row.policy,
    cause: JSON.parse(row.cause) as Record<string, unknown>,
    turns: turns.map(({ turn, at, words }) => ({ turn, at: instantToText(at, zone), words })),
  }
}

export const SanctionSchema = z
  .object({
    sanctionId: z.string(),
    violationId: z.string(),
    kind: z.enum(violationKinds),
    threshold: z.int(),
    at: InstantTextSchema,
    barredTo: InstantTextSchema.nullable(),
    penaltyFen: z.int().nullable(),
    removed: z.boolean(),
    policy: z.string(),
    liftedAt: InstantTextSchema.nullable(),
  })
  .meta({ id: 'Sanction', description: 'What followed from a total of points.' })

/** What followed from points, as it is told. */
export function sanctionText(row: SanctionRow, zone: string): z.input<typeof SanctionSchema> {
  const textOf = (at: Temporal.Instant | null) => (at === null ? null : instantToText(at, zone))
  return {
    sanctionId: row.sanctionId,
    violationId: row.violationId,
    kind: row.kind,
    threshold: row.threshold,
    at: instantToText(row.at, zone),
    barredTo: textOf(row.barredTo),
    penaltyFen: row.penaltyFen,
    removed: row.removes,
    policy: row.policy,
    liftedAt: textOf(row.liftedAt),
  }
}
