import { z } from 'zod'
import { IdSchema, InstantSchema, nameOf } from '#rules/fields.ts'
import type { Basket, BasketLine, Holder } from '#rules/pricing/basket.ts'
import { basketOf, faultsOf, QuoteInputSchema } from '#rules/pricing/input.ts'
import { PriceSchema } from '#rules/pricing/offer-terms.ts'
import { layers } from '#rules/pricing/policy.ts'
import { isBefore } from '#rules/time/instants.ts'

const NameSchema = nameOf(200)
const { lines, freight, extras, allowanceStep, channel, choose } = QuoteInputSchema.shape

/** What is said of a line besides its price: made to order, and until when it was promised (SH-3). */
const delivered = { custom: z.boolean().optional(), shipBy: InstantSchema.optional() }

/** A line may pay the balance of a presale that was booked: then it bears its figures (TR-16). */
const LinesSchema = z
  .array(lines.element.safeExtend({ booking: IdSchema.optional(), ...delivered }))
  .min(1)
  .max(1_000)

/** What is bought: a basket without the member's holdings, which are known here. */
const goods = {
  lines: LinesSchema,
  freight,
  extras,
  allowanceStep,
  channel,
  choose,
}

/** The input of a quote: prices a basket for a member, and changes nothing. */
export const QuoteBodySchema = z.strictObject(goods).superRefine(refuseFaults)

const OrdersSchema = z
  .array(z.strictObject({ shop: IdSchema, orderId: IdSchema }))
  .max(1_000)
  .default([])
  .refine((orders) => areDistinct(orders.map((order) => order.orderId)), {
    error: 'No two orders have the same id.',
  })

/** The figures of the quote that the buyer agreed to, as they were answered (TR-2). */
const ExpectSchema = z.strictObject({
  digest: z.string().min(1).max(100),
  payFen: z.int().min(0),
  byLine: z.record(nameOf(300), z.int()),
  instruments: z.record(nameOf(300), z.int()),
})

const named = {
  tradeId: IdSchema,
  /** Ids of the orders by shop; a shop that is not named gets one made of the trade's. */
  orders: OrdersSchema,
  campaign: nameOf(100).optional(),
}

/** What places a trade: a basket with its name, and the figures it is expected to come to. */
export const PlaceBodySchema = z
  .strictObject({ ...named, ...goods, expect: ExpectSchema.optional() })
  .superRefine(refuseFaults)

const ShareSchema = z.strictObject({
  layer: z.enum(layers),
  instrument: NameSchema,
  off: PriceSchema,
  funder: nameOf(100),
  policy: NameSchema.optional(),
  campaign: nameOf(100).optional(),
})
const SharesSchema = z.array(ShareSchema).max(100).default([])

const RecordedLineSchema = z.strictObject({
  id: IdSchema,
  sku: IdSchema,
  shop: IdSchema,
  category: z.string().max(200).default(''),
  quantity: z.int().min(1).max(10_000),
  /** Of one unit: what the shares are taken off. */
  price: PriceSchema,
  /** For all units, after them. */
  pay: PriceSchema,
  shares: SharesSchema,
  ...delivered,
})

/** A trade that was priced elsewhere, with its allocations, which must add up (TR-9). */
export const RecordBodySchema = z
  .strictObject({
    ...named,
    lines: z.array(RecordedLineSchema).min(1).max(1_000),
    freight: z
      .array(z.strictObject({ shop: IdSchema, amount: PriceSchema, shares: SharesSchema }))
      .max(1_000)
      .default([]),
    payBy: InstantSchema.optional(),
  })
  .superRefine((body, context) => {
    const none = { offers: [], member: nothingHeld() }
    refuseFaults({ ...body, ...none, lines: body.lines.map(asBasketLine) }, context)
  })

/** What pays a trade: `paymentId` names the payment, once. */
export const PayBodySchema = z.strictObject({
  tradeId: IdSchema,
  paymentId: IdSchema.optional(),
  amount: PriceSchema.optional(),
})

export const CloseBodySchema = z.strictObject({
  tradeId: IdSchema,
  reason: z.string().min(1).max(200).optional(),
})

/** What books a presale: one line, and when its balance is paid (TR-15). */
export const BookBodySchema = z.strictObject({
  presaleId: IdSchema,
  line: z.strictObject({
    sku: IdSchema,
    shop: IdSchema,
    category: z.string().max(200).default(''),
    quantity: z.int().min(1).max(10_000),
    price: PriceSchema,
    deposit: PriceSchema,
    worth: PriceSchema.optional(),
    instantOff: PriceSchema.optional(),
  }),
  balance: z
    .strictObject({ from: InstantSchema, to: InstantSchema })
    .refine(({ from, to }) => isBefore(from, to), {
      path: ['to'],
      error: 'A window ends after it begins.',
    }),
})

export const PayDepositBodySchema = z.strictObject({
  presaleId: IdSchema,
  paymentId: IdSchema.optional(),
})

export const EndPresaleBodySchema = z.strictObject({
  presaleId: IdSchema,
  fault: z.enum(['shopDefaults', 'shopLate']),
})

export type BookBody = z.output<typeof BookBodySchema>
export type PayDepositBody = z.output<typeof PayDepositBodySchema>
export type EndPresaleBody = z.output<typeof EndPresaleBodySchema>
export type QuoteBody = z.output<typeof QuoteBodySchema>
export type PlaceBody = z.output<typeof PlaceBodySchema>
export type RecordBody = z.output<typeof RecordBodySchema>
export type PayBody = z.output<typeof PayBodySchema>
export type CloseBody = z.output<typeof CloseBodySchema>

/** The basket of a body, for a member with what he is and holds, at an instant. */
export function basketFor(
  body: QuoteBody,
  at: Temporal.Instant,
  held: Holder,
  uses: Basket['uses'],
): Basket {
  const { lines: bought, freight: freights, extras: others, channel: by, choose: chosen } = body
  const goods = {
    at,
    lines: bought,
    freight: freights,
    extras: others,
    choose: chosen,
    offers: [],
    member: nothingHeld(),
    ...(body.allowanceStep === undefined ? {} : { allowanceStep: body.allowanceStep }),
    ...(by === undefined ? {} : { channel: by }),
  }
  // Windows are the instruments' own, which are not in a body: its zone decides nothing.
  const { basket } = basketOf(goods, 'UTC')
  return {
    ...basket,
    member: held,
    ...(uses === undefined ? {} : { uses }),
  }
}

/** A recorded line as a basket has it. */
export function asBasketLine(line: RecordBody['lines'][number]): BasketLine {
  const { id, sku, shop, category, quantity, price, custom, shipBy } = line
  const said = {
    ...(custom === undefined ? {} : { custom }),
    ...(shipBy === undefined ? {} : { shipBy }),
  }
  return { id, sku, shop, category, tags: [], quantity, listPrice: price, ...said }
}

function nothingHeld() {
  return { coupons: [], allowance: 0, redEnvelopes: [], points: 0 } as never
}

type Goods = {
  readonly lines: readonly { readonly id: string; readonly shop: string }[]
  readonly freight: readonly { readonly shop: string }[]
  readonly extras?: readonly { readonly shop: string }[]
  readonly orders?: readonly { readonly shop: string }[]
}

/** What no single field shows: ids there twice, charges of shops without goods, names of others. */
function refuseFaults(body: Goods, context: z.RefinementCtx): void {
  const refuse = (path: readonly (string | number)[], message: string): void => {
    context.addIssue({ code: 'custom', path: [...path], input: body, message })
  }
  const input = { ...body, offers: [], member: nothingHeld() } as never
  for (const { path, message } of faultsOf(input)) refuse(path, message)

  const shops = new Set(body.lines.map((line) => line.shop))
  for (const key of ['freight', 'extras', 'orders'] as const) {
    for (const [at, { shop }] of (body[key] ?? []).entries()) {
      if (!shops.has(shop)) refuse([key, at, 'shop'], 'No line is of this shop.')
    }
  }
  const orders = (body.orders ?? []).map((order) => order.shop)
  if (!areDistinct(orders)) refuse(['orders'], 'A shop has one order.')
  for (const [at, { id }] of body.lines.entries()) {
    if (id.startsWith('freight:')) refuse(['lines', at, 'id'], 'Freight is not a line.')
  }
}

function areDistinct(ids: readonly string[]): boolean {
  return new Set(ids).size === ids.length
}
