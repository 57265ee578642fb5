import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { SkuSchema } from '#http/prices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { tellDeals, tellPrices } from '#operations/prices/tell-prices.ts'
import type { ManyTold } from '#operations/prices/record-deals.ts'
import { InstantSchema, nameOf, PositiveMoneySchema } from '#rules/fields.ts'
import { components, markedKinds } from '#rules/prices/policy.ts'

const mostAtOnce = 1_000
const mostFen = 1_000_000_000_000

const AmountSchema = PositiveMoneySchema.refine((fen) => fen <= mostFen, {
  error: 'An amount is at most ten thousand million.',
})

const InstantInSchema = InstantSchema.meta({ format: 'date-time' })

/** An id that is not longer than the history can keep. */
const HistoryIdSchema = nameOf(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: 'An id has no control characters.' })
  .meta({ description: 'Unique for the SKU.', examples: ['order-1/1'] })

const ManyToldSchema = z.object({
  kept: z.int().meta({ description: 'Recorded now or before.' }),
  refused: z.array(
    z.object({
      index: z.int().meta({ description: 'Its place in the list, from 0.' }),
      id: z.string(),
      sku: z.string(),
      refusal: z.string().meta({ examples: ['prices/in-the-past'] }),
    }),
  ),
})

const PriceSchema = z
  .strictObject({
    priceId: HistoryIdSchema,
    sku: SkuSchema,
    kind: z.enum(markedKinds),
    price: AmountSchema.refine((fen) => fen > 0, { error: 'A price is more than nothing.' }),
    from: InstantInSchema.optional().meta({ description: 'Absent: from now on.' }),
    to: InstantInSchema.nullable().default(null).meta({
      description: 'The first instant after it. `null`: until another of the kind begins.',
    }),
    campaign: nameOf(100)
      .nullable()
      .default(null)
      .meta({ description: 'The campaign that it is the price of.' }),
    corrects: HistoryIdSchema.nullable()
      .default(null)
      .meta({ description: 'The price that it replaces from now on.' }),
    voids: z.boolean().default(false).meta({
      description: 'What it corrects was a mistake of the record, and never in force.',
    }),
  })
  .refine(({ corrects, voids }) => !voids || corrects !== null, {
    path: ['voids'],
    error: 'Only what is corrected is voided.',
  })
  .refine(({ corrects, priceId }) => corrects !== priceId, {
    path: ['corrects'],
    error: 'A price does not correct itself.',
  })

const pricesSchema = {
  operationId: 'recordPrices',
  summary: 'Mark SKUs of a shop with list and promo prices, now or for a time to come',
  description:
    'Nothing that was recorded is changed: a correction is another price that names the one it replaces. Each is known by its id.',
  tags: ['Prices'],
  params: ShopParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({ prices: z.array(PriceSchema).min(1).max(mostAtOnce) }),
  response: answers(
    { 200: { description: 'How many are kept, and which are not.', schema: ManyToldSchema } },
    [...ofBody, 'requests/invalid', 'requests/key-reused', 'shops/unknown'],
  ),
}

const offKeys = Object.fromEntries(
  components.map((name) => [name, AmountSchema.optional()]),
) as Record<(typeof components)[number], z.ZodOptional<typeof AmountSchema>>

const DealSchema = z.strictObject({
  dealId: HistoryIdSchema,
  sku: SkuSchema,
  orderedAt: InstantInSchema,
  units: z.int().min(1).max(1_000_000).default(1),
  price: AmountSchema.meta({
    description: 'Of all units: after item-level promotion and changes by hand, before the rest.',
  }),
  ...offKeys,
  event: nameOf(100).nullable().default(null).meta({ description: 'The event it was made in.' }),
  paidOnly: z.boolean().default(false).meta({ description: 'Only what was paid is known of it.' }),
})

const dealsSchema = {
  operationId: 'recordDeals',
  summary: 'Tell what SKUs of a shop were bought for',
  description:
    'By the time of ordering, refunded or not. Amounts are of all units together; freight and tax are not told. Each is known by its id. Orders and trades that are kept here are read by themselves.',
  tags: ['Prices'],
  params: ShopParamsSchema,
  body: z.strictObject({ deals: z.array(DealSchema).min(1).max(mostAtOnce) }),
  response: answers(
    { 200: { description: 'How many are kept, and which are not.', schema: ManyToldSchema } },
    [...ofBody, 'shops/unknown'],
  ),
}

/** What shops mark their goods with, and what these were bought for. */
export function recordPricesRoutes(http: Http, context: HttpContext): void {
  http.post(
    '/shops/:shopId/prices',
    { schema: pricesSchema, config: { access: ['merchant', 'operator', 'service'] } },
    async (request, reply) => {
      const { shopId } = request.params
      const { prices } = request.body
      const at = request.receivedAt
      const caller = callerOf(request)
      const late = prices.findIndex(({ from = at, to }) => {
        return to !== null && to.epochMilliseconds <= from.epochMilliseconds
      })
      if (late >= 0) {
        const wrong = { path: `body.prices[${late}].to`, message: 'A price ends after it begins.' }
        return sendProblem(reply, { refusal: 'requests/invalid', problems: [wrong] })
      }
      const told = await tellPrices(
        context,
        {
          shopId,
          caller: callerId(caller),
          key: request.headers['idempotency-key'],
          at,
          by: caller.role === 'merchant' ? 'shop' : 'platform',
        },
        prices.map(({ price, from, to, ...rest }) => ({
          ...rest,
          priceFen: price,
          fromMs: from?.epochMilliseconds ?? null,
          toMs: to === null ? null : to.epochMilliseconds,
        })),
      )
      if (!told.ok) return sendProblem(reply, told)
      return reply.send(toldText(told, (n) => ({ id: prices[n]?.priceId, sku: prices[n]?.sku })))
    },
  )

  http.post(
    '/shops/:shopId/deals',
    { schema: dealsSchema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { deals } = request.body
      const told = await tellDeals(
        context,
        { shopId: request.params.shopId, at: request.receivedAt },
        deals.map(({ dealId, sku, orderedAt, units, price, event, paidOnly, ...off }) => ({
          dealId,
          sku,
          orderedAt,
          units,
          priceFen: price,
          off,
          event,
          paidOnly,
        })),
      )
      if (!told.ok) return sendProblem(reply, told)
      return reply.send(toldText(told, (n) => ({ id: deals[n]?.dealId, sku: deals[n]?.sku })))
    },
  )
}

function toldText(
  { kept, refused }: ManyTold,
  nameOfTold: (n: number) => { readonly id: string | undefined; readonly sku: string | undefined },
): z.input<typeof ManyToldSchema> {
  return {
    kept,
    refused: refused.map(({ n, refusal }) => {
      const { id = '', sku = '' } = nameOfTold(n)
      return { index: n, id, sku, refusal }
    }),
  }
}
