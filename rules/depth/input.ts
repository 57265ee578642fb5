import { z } from 'zod'
import type { ItemPrices } from '#rules/depth/candidates.ts'
import type { DepthQuestion } from '#rules/depth/deepest.ts'
import { situationsOf, type Goods } from '#rules/depth/situations.ts'
import { basketOf, QuoteInputSchema, type QuoteInput } from '#rules/pricing/input.ts'
import { PriceSchema } from '#rules/pricing/offer-terms.ts'
import type { PricingPolicy } from '#rules/pricing/policy.ts'

const quoteKeys = QuoteInputSchema.shape
const lineKeys = quoteKeys.lines.element.shape

const CountSchema = z.int().min(1).max(10_000)

/** The range and limit of a depth check, the same wherever it is asked for. */
export const depthKeys = {
  /** Absent: any goods that instruments tell apart. */
  item: z
    .strictObject({
      sku: lineKeys.sku,
      shop: lineKeys.shop,
      category: lineKeys.category,
      tags: lineKeys.tags,
      listPrice: lineKeys.listPrice,
      promoPrice: lineKeys.promoPrice,
      minPrice: lineKeys.minPrice,
      allowanceStep: lineKeys.allowanceStep,
      presale: lineKeys.presale,
    })
    .optional(),
  quantity: z
    .strictObject({ from: CountSchema.default(1), to: CountSchema.default(3) })
    .refine(({ from, to }) => from <= to, {
      path: ['to'],
      error: 'A range does not end before it begins.',
    })
    .prefault({}),
  /** Of a line without a price of its own, and of all that is beside it. */
  goods: z
    .strictObject({ from: PriceSchema.prefault('100.00'), to: PriceSchema.optional() })
    .refine(({ from, to }) => to === undefined || from <= to, {
      path: ['to'],
      error: 'A range does not end before it begins.',
    })
    .prefault({}),
  /** The per cent that nothing should go past. */
  most: z.number().min(0).max(100).optional(),
  /** How many baskets are tried at most. */
  budget: z.int().min(100).max(1_000_000).default(20_000),
}

/** What a depth check is asked: the instruments as a quote takes them, a range, a limit. */
export const DepthInputSchema = z.strictObject({
  ...depthKeys,
  at: quoteKeys.at.optional(),
  offers: quoteKeys.offers,
  member: quoteKeys.member,
  allowanceStep: quoteKeys.allowanceStep,
  channel: quoteKeys.channel,
})

export type DepthInput = z.output<typeof DepthInputSchema>

/** The question that an input asks; where no end is given, it is twice the largest critical amount. */
export function depthQuestion(
  input: DepthInput,
  policy: PricingPolicy,
  zone: string,
): DepthQuestion {
  const { at, item, quantity, goods, member, offers, allowanceStep, channel, budget } = input
  const asked = {
    at: at ?? Temporal.Instant.fromEpochMilliseconds(0),
    lines: [],
    freight: [],
    extras: [],
  }
  const read = basketOf({ ...asked, offers, member, allowanceStep, channel } as QuoteInput, zone)
  const { sku, shop, category, tags, ...prices } = item ?? {}
  const subject = {
    offers: read.offers,
    member: read.basket.member,
    allowanceStep: read.basket.allowanceStep,
    atMs: at?.epochMilliseconds,
    channel,
    item: item === undefined ? undefined : ({ sku, shop, category, tags } as Goods),
  }
  const goodsFrom = Math.max(1, goods.from)
  return {
    ...subject,
    budget,
    bounds: {
      quantityFrom: quantity.from,
      quantityTo: quantity.to,
      goodsFrom,
      goodsTo: goods.to ?? Math.max(10 * goodsFrom, 2 * largestOf(subject, policy)),
      prices: item === undefined ? undefined : (prices as ItemPrices),
    },
  }
}

/** A wallet without end has critical amounts without end: of goods, nobody buys so much. */
const mostGoodsFen = 10_000_000

function largestOf(
  subject: Omit<DepthQuestion, 'bounds' | 'budget'>,
  policy: PricingPolicy,
): number {
  const { situations } = situationsOf(subject, policy)
  const amounts = situations.flatMap(({ critical }) =>
    [...critical.values()].flatMap((each) => each.amounts),
  )
  return Math.max(0, ...amounts.filter((amount) => amount <= mostGoodsFen))
}
