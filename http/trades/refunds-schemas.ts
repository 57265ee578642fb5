import { z } from 'zod'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import type { RefundAnswer } from '#operations/trades/record-refund.ts'
import { instantToText } from '#rules/time/instants.ts'

const FenByIdSchema = z.record(z.string(), z.int())
const ShopsSchema = z.array(z.string())

const BackSchema = z
  .object({
    allowanceFen: z.int(),
    redEnvelopesFen: z.int(),
    byEnvelopeFen: FenByIdSchema,
    coupons: z.array(z.string()),
    points: z.int(),
  })
  .meta({ id: 'Back', description: 'What was used and comes back, with the expiry it had.' })

export const PreviewSchema = z
  .object({
    tradeId: z.string(),
    at: InstantTextSchema,
    refundFen: z.int(),
    byLineFen: FenByIdSchema,
    freightByShopFen: FenByIdSchema,
    extrasByShopFen: FenByIdSchema,
    back: BackSchema,
    keptFen: z.int().meta({ description: 'What was paid and is not paid back, all counted.' }),
    reversals: z
      .array(z.object({ line: z.string(), n: z.int(), offFen: z.int() }))
      .meta({ description: 'What of each allocation is undone.' }),
    closed: ShopsSchema.meta({ description: 'The shops whose orders are closed now.' }),
    closedNow: ShopsSchema.meta({ description: 'Those of them that this closes.' }),
    reasons: z.array(
      z.object({ instrument: z.string(), reason: z.string(), shops: ShopsSchema.optional() }),
    ),
    pointsClawedBack: z
      .record(z.string(), z.int())
      .meta({ description: 'Of the points that each order earned.' }),
    advances: z
      .array(z.object({ returnId: z.string(), settledFen: z.int() }))
      .optional()
      .meta({ description: 'What of it settles instant refunds: the member had that already.' }),
    toMemberFen: z
      .int()
      .optional()
      .meta({ description: 'What is left for the member; absent: all of `refundFen`.' }),
    tradeStatus: z.enum(['placed', 'paid', 'closed']),
  })
  .meta({ id: 'RefundPreview', description: 'What a return would come to.' })

export const RefundedSchema = PreviewSchema.extend({ refundId: z.string() }).meta({
  id: 'Refund',
  description: 'A return: what it pays, gives back, undoes and closes.',
})

export const ExchangedSchema = z
  .object({
    memberId: z.string(),
    tradeId: z.string(),
    exchangeId: z.string(),
    at: InstantTextSchema,
    lineId: z.string(),
    sku: z.string(),
    quantity: z.int(),
  })
  .meta({ id: 'Exchange', description: 'Units that took the place of a line’s.' })

type Told = RefundAnswer & { readonly at: Temporal.Instant }

/** A return or its preview as it is told. */
export function refundText<Of extends Told>(told: Of, zone: string) {
  return { ...told, at: instantToText(told.at, zone) }
}
