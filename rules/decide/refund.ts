import { z } from 'zod'
import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import { FenOutSchema, PointsOutSchema } from '#rules/decide/fields.ts'
import { priceInput } from '#rules/decide/quote.ts'
import { frozenOf, FrozenQuoteSchema } from '#rules/decide/frozen-quote.ts'
import { InstantSchema, nameOf, PositiveMoneySchema } from '#rules/fields.ts'
import { QuoteInputSchema } from '#rules/pricing/input.ts'
import { freezeTrade, type FrozenTrade } from '#rules/returns/frozen-trade.ts'
import { decideRefund } from '#rules/returns/refund.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'

const NameSchema = nameOf(200)
const AmountSchema = PositiveMoneySchema.optional()

const LineItemSchema = z.strictObject({
  line: NameSchema,
  quantity: z.int().min(1).max(1_000_000).optional(),
  amount: AmountSchema,
})

const ItemSchema = z.union([
  LineItemSchema,
  z.strictObject({ freight: NameSchema, amount: AmountSchema }),
  z.strictObject({ extras: NameSchema, amount: AmountSchema }),
])

const ReceivedSchema = z.union([z.boolean(), z.array(NameSchema).max(1_000)], {
  error: 'Received is true, false, or the shops whose orders were.',
})

/** An earlier return: one item of it, or the whole as it was asked for. */
const EarlierSchema = z.union([
  ...ItemSchema.options,
  z.strictObject({
    returned: z.array(ItemSchema).max(10_000),
    received: ReceivedSchema.optional(),
    at: InstantSchema.optional(),
  }),
])

const InputSchema = z
  .strictObject({
    quote: QuoteInputSchema.optional(),
    frozen: FrozenQuoteSchema.optional(),
    paid: z.boolean().default(true),
    received: ReceivedSchema.default(false),
    returned: z.array(ItemSchema).max(10_000).default([]),
    before: z.array(EarlierSchema).max(10_000).default([]),
    at: InstantSchema.optional(),
  })
  .refine(({ quote, frozen }) => (quote === undefined) !== (frozen === undefined), {
    path: ['quote'],
    error: 'A return is of a quote or of a frozen one.',
  })

const ByIdSchema = z.record(z.string(), FenOutSchema).readonly()
const ShopsSchema = z.array(z.string()).readonly()

const OutputSchema = z.strictObject({
  ok: z.boolean(),
  refusal: z.string().optional(),
  refundFen: FenOutSchema,
  byLineFen: ByIdSchema,
  freightByShopFen: ByIdSchema.optional(),
  extrasByShopFen: ByIdSchema.optional(),
  back: z.strictObject({
    allowanceFen: FenOutSchema,
    redEnvelopesFen: FenOutSchema,
    byEnvelopeFen: ByIdSchema,
    coupons: z.array(z.string()).readonly(),
    points: PointsOutSchema,
  }),
  keptFen: FenOutSchema,
  reversals: z
    .array(z.strictObject({ line: z.string(), n: z.int(), offFen: FenOutSchema }))
    .readonly()
    .optional(),
  closed: ShopsSchema.optional(),
  closedNow: ShopsSchema.optional(),
  reasons: z
    .array(
      z.strictObject({
        instrument: z.string(),
        reason: z.string(),
        shops: ShopsSchema.optional(),
      }),
    )
    .readonly()
    .optional(),
  /** Of refusals: what was asked for, and what is left. */
  line: z.string().optional(),
  shop: z.string().optional(),
  quantity: z.int().optional(),
  leftQuantity: z.int().optional(),
  amountFen: FenOutSchema.optional(),
  leftFen: FenOutSchema.optional(),
})

type Input = z.output<typeof InputSchema>
type Item = z.output<typeof ItemSchema>
type Output = z.input<typeof OutputSchema>

/** What a return pays, and what of the instruments comes back (RE-1 to RE-13). */
export const refundDecision = decision({
  name: 'refund',
  summary: 'what a return pays back, and which coupons, envelopes, allowance and points with it',
  policy: 'pricing',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: (input, context): Output => {
    const before = input.before.flatMap((each) => ('returned' in each ? each.returned : [each]))
    return decideRefund(tradeOf(input, context), {
      isPaid: input.paid,
      received: input.received,
      returned: input.returned.map(itemOf),
      before: before.map(itemOf),
    })
  },
})

function tradeOf({ quote: asked, frozen }: Input, context: DecisionContext): FrozenTrade {
  const policy = policyOf(context, 'pricing')
  if (asked === undefined) return frozenOf(frozen, policy)
  const { basket, quote } = priceInput(asked, context)
  return freezeTrade(basket, quote, policy)
}

function itemOf({ amount, ...item }: Item): ReturnItem {
  return (amount === undefined ? item : { ...item, amountFen: amount }) as ReturnItem
}
