import { z } from 'zod'
import {
  DaySchema,
  IdSchema,
  InstantSchema,
  MemberIdSchema,
  PositiveMoneySchema,
} from '#rules/fields.ts'
import { ppmFromText, type Ppm } from '#rules/money/rate.ts'
import { deliveryMethods } from '#rules/timeouts/methods.ts'
import {
  CloseBodySchema,
  PayBodySchema,
  PlaceBodySchema,
  RecordBodySchema,
} from '#rules/trades/body.ts'

/** The most that one amount of a fact may be: ten thousand million, in minor units. */
const mostFen = 1_000_000_000_000

/** What one amount of a fact may be: not below zero, at most ten thousand million. */
const AmountSchema = PositiveMoneySchema.refine((fen) => fen <= mostFen, {
  error: 'An amount is at most ten thousand million.',
})

/** How many times the ordinary points a line earns: 1 to 100, as a number or a decimal text. */
const MultipleSchema = z
  .union([z.string().max(10), z.number().min(1).max(100)])
  .transform((multiple, context): Ppm => {
    const rate = ppmFromText(String(multiple))
    if (rate !== undefined && rate >= 1_000_000 && rate <= 100_000_000) return rate
    context.addIssue('not a multiple from 1 to 100 with at most six decimals')
    return z.NEVER
  })

const quantity = z.int().min(1).max(1_000_000)

const PlacedLineSchema = z.strictObject({
  id: IdSchema,
  sku: IdSchema,
  category: IdSchema.default('ordinary'),
  quantity: quantity.default(1),
  paid: AmountSchema,
  multiple: MultipleSchema.optional(),
  presale: z.boolean().optional(),
  custom: z.boolean().optional(),
  /** Until when the page or the presale tool promised it would be shipped (SH-3). */
  shipBy: InstantSchema.optional(),
})

const OrderPlacedSchema = z
  .strictObject({
    orderId: IdSchema,
    tradeId: IdSchema.optional(),
    shopId: IdSchema,
    currency: z.string().length(3).optional(),
    freight: AmountSchema.optional(),
    paidAt: InstantSchema.optional(),
    lines: z.array(PlacedLineSchema).min(1).max(1_000),
  })
  .refine((order) => new Set(order.lines.map((line) => line.id)).size === order.lines.length, {
    path: ['lines'],
    error: 'two lines have the same id',
  })

/** A text that others made up: without control characters, which would run two names into one. */
const PlainTextSchema = z
  .string()
  .min(1)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'A text has no control characters.' })

const aboutOrder = { orderId: IdSchema }
const aboutReturn = { returnId: IdSchema }
const reason = z.string().max(200).optional()

const RefundLineSchema = z.strictObject({
  id: IdSchema,
  amount: AmountSchema,
  quantity: z.int().min(0).max(1_000_000).default(0),
})

const stars = z.int().min(1).max(5)

/** What a member thinks of an order: the goods as they were described, the shop, how they came. */
const RatingsSchema = z.strictObject({ description: stars, service: stars, delivery: stars })

const dataByType = {
  'jifen.order.placed.v1': OrderPlacedSchema,
  'jifen.order.paid.v1': z.strictObject(aboutOrder),
  'jifen.order.shipped.v1': z.strictObject({
    ...aboutOrder,
    collectedAt: InstantSchema.optional(),
    method: z.enum(deliveryMethods).optional(),
    freightInsured: z.boolean().optional(),
  }),
  'jifen.order.signed.v1': z.strictObject({ ...aboutOrder, signedOn: DaySchema.optional() }),
  'jifen.order.received.v1': z.strictObject(aboutOrder),
  'jifen.order.closed.v1': z.strictObject({ ...aboutOrder, reason }),
  'jifen.refund.succeeded.v1': z.strictObject({
    ...aboutOrder,
    lines: z.array(RefundLineSchema).min(1).max(1_000),
    freight: AmountSchema.optional(),
    reason,
  }),
  'jifen.review.posted.v1': z
    .strictObject({
      orderId: IdSchema.optional(),
      sku: IdSchema.optional(),
      rating: z.int().min(1).max(5).optional(),
      reviewId: IdSchema.optional(),
      highValue: z.boolean().optional(),
      device: IdSchema.optional(),
      ratings: RatingsSchema.optional(),
    })
    .refine((review) => review.ratings === undefined || review.orderId !== undefined, {
      path: ['orderId'],
      error: 'Ratings are of an order.',
    }),
  'jifen.dispute.opened.v1': z.strictObject({ ...aboutOrder, disputeId: IdSchema, reason }),
  'jifen.dispute.decided.v1': z.strictObject({
    ...aboutOrder,
    disputeId: IdSchema,
    against: z.enum(['shop', 'member', 'nobody']),
  }),
  'jifen.interaction.recorded.v1': z.strictObject({
    kind: z.enum(['share', 'post', 'answer', 'liveView']),
    subject: IdSchema.optional(),
    device: IdSchema.optional(),
  }),
  'jifen.credit.assessed.v1': z.strictObject({ grade: PlainTextSchema.max(64) }),
  'jifen.conduct.recorded.v1': z.strictObject({
    kind: z.enum(['maliciousReview', 'brokenPromise']),
    subject: IdSchema.optional(),
  }),
  'jifen.member.joined.v1': z.strictObject({ nickname: PlainTextSchema.max(40).optional() }),
  'jifen.member.sealed.v1': z.strictObject({ reason }),
  'jifen.member.unsealed.v1': z.strictObject({ reason }),
  'jifen.return.arrived.v1': z.strictObject(aboutReturn),
  'jifen.return.rejected.v1': z.strictObject({ ...aboutReturn, reason }),
  'jifen.advance.repaid.v1': z.strictObject({
    ...aboutReturn,
    amount: AmountSchema.refine((fen) => fen > 0, { error: 'A repayment is of something.' }),
  }),
  'jifen.trade.placed.v1': PlaceBodySchema,
  'jifen.trade.recorded.v1': RecordBodySchema,
  'jifen.trade.paid.v1': PayBodySchema,
  'jifen.trade.closed.v1': CloseBodySchema,
} as const

export type FactType = keyof typeof dataByType

export const factTypes = Object.keys(dataByType) as readonly FactType[]

/** CloudEvents attributes and extensions: lower-case names, simple values. */
const attributes = {
  specversion: z.literal('1.0'),
  id: PlainTextSchema.max(200),
  source: PlainTextSchema.max(200),
  time: InstantSchema,
  partitionkey: MemberIdSchema,
  subject: z.string().max(200).optional(),
  datacontenttype: z.literal('application/json').optional(),
  dataschema: z.string().max(500).optional(),
}

function factSchema<Type extends FactType>(type: Type) {
  return z
    .object({ ...attributes, type: z.literal(type), data: dataByType[type] })
    .catchall(z.union([z.string().max(500), z.number(), z.boolean(), z.null()]))
}

/** Any fact, as a CloudEvents 1.0 JSON event. */
export const FactSchema = z.discriminatedUnion('type', [
  factSchema('jifen.order.placed.v1'),
  factSchema('jifen.order.paid.v1'),
  factSchema('jifen.order.shipped.v1'),
  factSchema('jifen.order.signed.v1'),
  factSchema('jifen.order.received.v1'),
  factSchema('jifen.order.closed.v1'),
  factSchema('jifen.refund.succeeded.v1'),
  factSchema('jifen.review.posted.v1'),
  factSchema('jifen.dispute.opened.v1'),
  factSchema('jifen.dispute.decided.v1'),
  factSchema('jifen.interaction.recorded.v1'),
  factSchema('jifen.credit.assessed.v1'),
  factSchema('jifen.conduct.recorded.v1'),
  factSchema('jifen.member.joined.v1'),
  factSchema('jifen.member.sealed.v1'),
  factSchema('jifen.member.unsealed.v1'),
  factSchema('jifen.return.arrived.v1'),
  factSchema('jifen.return.rejected.v1'),
  factSchema('jifen.advance.repaid.v1'),
  factSchema('jifen.trade.placed.v1'),
  factSchema('jifen.trade.recorded.v1'),
  factSchema('jifen.trade.paid.v1'),
  factSchema('jifen.trade.closed.v1'),
])

type ByType = { [Type in FactType]: { type: Type; data: z.output<(typeof dataByType)[Type]> } }

/** A fact as the rules see it: who, when, what. */
export type Fact = {
  readonly source: string
  readonly id: string
  readonly memberId: string
  readonly time: Temporal.Instant
  /** The data as it was told, as JSON text: what is kept. */
  readonly dataText: string
} & Readonly<ByType[FactType]>

export type ReadFact =
  | { readonly ok: true; readonly fact: Fact }
  | {
      readonly ok: false
      readonly refusal: 'events/invalid'
      readonly problems: readonly { readonly path: string; readonly message: string }[]
    }

/** Reads one CloudEvents 1.0 event; what does not fit is refused with the paths and reasons. */
export function readFact(json: unknown): ReadFact {
  const parsed = FactSchema.safeParse(json)
  if (parsed.success) {
    const { source, id, partitionkey, time, type, data } = parsed.data
    const dataText = JSON.stringify((json as { data: unknown }).data)
    const fact = { source, id, memberId: partitionkey, time, dataText, type, data }
    return { ok: true, fact: fact as Fact }
  }
  const problems = parsed.error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }))
  return { ok: false, refusal: 'events/invalid', problems }
}

/** A fact about a whole trade; all but those of returns are about an order or the member. */
export type TradeFact = Extract<Fact, { readonly type: `jifen.trade.${string}` }>
/** A fact about a return that was paid in advance. */
export type ReturnFact = Extract<Fact, { readonly data: { readonly returnId: string } }>
export type OrderFact = Exclude<Fact, TradeFact | ReturnFact>

export function isTradeFact(fact: Fact): fact is TradeFact {
  return fact.type.startsWith('jifen.trade.')
}

export function isReturnFact(fact: Fact): fact is ReturnFact {
  return 'returnId' in fact.data
}

/** Whether a fact is about an order or the member: such are applied together. */
export function isOrderFact(fact: Fact): fact is OrderFact {
  return !isTradeFact(fact) && !isReturnFact(fact)
}

/** Under which a fact about a return waits for its advance, where others have their order. */
export function waitsForReturn(returnId: string): string {
  return `return:${returnId}`
}

/** The order a fact is about, if any. */
export function orderIdOf(fact: Fact): string | undefined {
  return 'orderId' in fact.data ? fact.data.orderId : undefined
}
