import { z } from 'zod'
import { IdSchema, InstantSchema, PositiveMoneySchema } from '#rules/fields.ts'
import type { ReturnItem } from '#rules/returns/taken.ts'

const AmountSchema = PositiveMoneySchema.refine((fen) => fen > 0, {
  error: 'What is refunded is more than nothing.',
})
const QuantitySchema = z.int().min(1).max(10_000)

/** What comes back: units of a line, money of a line, or a charge of a shop (whole without an amount). */
const ItemSchema = z
  .union([
    z.strictObject({ line: IdSchema, quantity: QuantitySchema }),
    z.strictObject({ line: IdSchema, amount: AmountSchema }),
    z.strictObject({ freight: IdSchema, amount: AmountSchema.optional() }),
    z.strictObject({ extras: IdSchema, amount: AmountSchema.optional() }),
  ])
  .meta({
    description:
      'Units of a line (`quantity`), money of a line without units (`amount`), or what a shop charged for freight or extras, whole unless an `amount` is named.',
  })

const ReturnedSchema = z.array(ItemSchema).min(1).max(1_000)

/** What is asked of a return: `refundId` names it within its trade, once. */
export const RefundBodySchema = z.strictObject({
  tradeId: IdSchema,
  refundId: IdSchema,
  returned: ReturnedSchema,
  /** When it was refunded; absent: now. */
  refundedAt: InstantSchema.optional(),
})

/** Units of a line that are replaced by as many of another SKU. */
export const ExchangeBodySchema = z.strictObject({
  tradeId: IdSchema,
  exchangeId: IdSchema,
  line: IdSchema,
  quantity: QuantitySchema,
  sku: IdSchema,
})

export type RefundBody = z.output<typeof RefundBodySchema>
export type ExchangeBody = z.output<typeof ExchangeBodySchema>

/** The items of a return as the rules see them. */
export function returnedIn({ returned }: Pick<RefundBody, 'returned'>): ReturnItem[] {
  return returned.map((item): ReturnItem => {
    if (!('amount' in item) || item.amount === undefined) return withoutAmount(item)
    const { amount: amountFen, ...of } = item
    return { ...of, amountFen }
  })
}

function withoutAmount(item: RefundBody['returned'][number]): ReturnItem {
  if ('freight' in item) return { freight: item.freight }
  if ('extras' in item) return { extras: item.extras }
  const { line } = item
  return 'quantity' in item ? { line, quantity: item.quantity } : { line }
}
