import { z } from 'zod'
import { namesOf, type Depth, type Found } from '#rules/depth/deepest.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { Basket } from '#rules/pricing/basket.ts'

const PercentSchema = z.number().meta({ description: 'Of 100, rounded down to four digits.' })

const BasketSchema = z
  .strictObject({
    at: z.string().optional(),
    channel: z.string().optional(),
    tier: z.string().optional(),
    score: z.number().optional(),
    paidMember: z.boolean().optional(),
    benefits: z.array(z.string()).optional(),
    lines: z.array(
      z.strictObject({
        id: z.string(),
        sku: z.string(),
        shop: z.string(),
        category: z.string(),
        tags: z.array(z.string()),
        quantity: z.int(),
        listPrice: z.int(),
        promoPrice: z.int().optional(),
        minPrice: z.int().optional(),
        allowanceStep: z.strictObject({ every: z.int(), off: z.int() }).nullable().optional(),
        presale: z
          .strictObject({
            deposit: z.int(),
            worth: z.int().optional(),
            instantOff: z.int().optional(),
          })
          .optional(),
      }),
    ),
  })
  .meta({ description: 'Quoted with the same instruments, its line 1 comes to this.' })

/** How deep it goes, as it is told everywhere. */
export const DepthReportSchema = z.strictObject({
  ok: z.literal(true),
  percent: PercentSchema,
  goodsFen: z.int().meta({ description: 'Of the line, at its promo price.' }),
  offFen: z.int(),
  payFen: z.int(),
  instruments: z.array(
    z.strictObject({ id: z.string(), layer: z.string(), offFen: z.int(), percent: PercentSchema }),
  ),
  funders: z.array(z.strictObject({ funder: z.string(), offFen: z.int(), percent: PercentSchema })),
  amountFen: z.int().meta({ description: 'Of the whole basket, at promo prices.' }),
  basket: BasketSchema,
  ladder: z.array(
    z.strictObject({
      amountFen: z.int(),
      percent: PercentSchema,
      instruments: z.array(z.string()),
    }),
  ),
  most: z.number().optional(),
  isPast: z.boolean().optional().meta({ description: 'Whether it goes past `most`.' }),
  pastUpToFen: z
    .int()
    .optional()
    .meta({ description: 'The largest basket that was found to go past `most`.' }),
  tried: z.int().meta({ description: 'How many baskets were priced.' }),
  isWhole: z.boolean().meta({ description: 'Whether all that was to be tried was tried.' }),
})

export type DepthReport = z.input<typeof DepthReportSchema>

const leastApartPpm = 20_000

/** Tells a depth, and whether it goes past a limit in per cent (DC-5, DC-6). */
export function depthReport(depth: Depth, most: number | undefined): DepthReport {
  const { deepest, ladder, priced, isWhole } = depth
  const past = most === undefined ? [] : ladder.filter((rung) => rung.surePpm > most * 10_000)
  return {
    ok: true,
    percent: percentOf(deepest.ppm),
    goodsFen: deepest.goodsFen,
    offFen: deepest.offFen,
    payFen: deepest.goodsFen - deepest.offFen,
    instruments: instrumentsOf(deepest),
    funders: fundersOf(deepest),
    amountFen: deepest.basketFen,
    basket: toldBasket(deepest.basket),
    ladder: thinned(ladder).map(({ basketFen, ppm, shares }) => ({
      amountFen: basketFen,
      percent: percentOf(ppm),
      instruments: [...namesOf(shares)],
    })),
    ...(most === undefined ? {} : { most, isPast: past.length > 0 }),
    ...(past.length === 0 ? {} : { pastUpToFen: Math.max(...past.map((rung) => rung.basketFen)) }),
    tried: priced,
    isWhole,
  }
}

/** Rungs that are two per cent apart, or of other instruments than the next; the deepest always. */
function thinned(ladder: readonly Found[]): readonly Found[] {
  const kept: Found[] = []
  for (const rung of ladder.toReversed()) {
    const last = kept.at(-1)
    const isAlike =
      last !== undefined && namesOf(last.shares).join() === namesOf(rung.shares).join()
    if (isAlike && rung.ppm < last.ppm + leastApartPpm && rung !== ladder[0]) continue
    kept.push(rung)
  }
  return kept.reverse()
}

function instrumentsOf({ shares, goodsFen }: Found): DepthReport['instruments'] {
  return [...Map.groupBy(shares, (share) => `${share.layer} ${share.instrument}`).values()].map(
    (group) => {
      const offFen = group.reduce((sum, share) => sum + share.offFen, 0)
      const { instrument: id = '', layer = '' } = group[0] ?? {}
      return { id, layer, offFen, percent: partOf(offFen, goodsFen) }
    },
  )
}

function fundersOf({ shares, goodsFen }: Found): DepthReport['funders'] {
  return [...Map.groupBy(shares, (share) => share.funder)].map(([funder, group]) => {
    const offFen = group.reduce((sum, share) => sum + share.offFen, 0)
    return { funder, offFen, percent: partOf(offFen, goodsFen) }
  })
}

function toldBasket({ atMs, channel, member, lines }: Basket): DepthReport['basket'] {
  return {
    ...(atMs === 0 ? {} : { at: Temporal.Instant.fromEpochMilliseconds(atMs).toString() }),
    ...(channel === undefined ? {} : { channel }),
    ...(member.tier === undefined ? {} : { tier: member.tier }),
    ...(member.score === undefined ? {} : { score: member.score }),
    ...(member.paidMember === undefined ? {} : { paidMember: member.paidMember }),
    ...(member.benefits === undefined ? {} : { benefits: [...member.benefits] }),
    lines: lines.map((line) => ({
      ...line,
      tags: [...line.tags],
    })) as DepthReport['basket']['lines'],
  }
}

function partOf(offFen: number, goodsFen: number): number {
  return percentOf(goodsFen === 0 ? 0 : mulDiv(offFen, wholePpm, goodsFen, 'floor'))
}

function percentOf(ppm: number): number {
  return ppm / 10_000
}
