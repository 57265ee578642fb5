import assert from 'node:assert/strict'
import tmall2017 from '#presets/tmall-2017.json' with { type: 'json' }
import { priceBasket } from '#rules/pricing/price.ts'
import type { OfferIndex } from '#rules/pricing/offer-index.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import { workOut, type WorkedOut } from '#bench/straight-line.ts'
import { median, type Bench, type BenchOptions, type Figures } from '#bench/support/bench.ts'
import {
  loadMedusa,
  type Medusa,
  type MedusaContext,
  type MedusaPromotion,
} from '#bench/support/medusa.ts'
import { medusaContextOf, medusaPromotionsOf } from '#bench/support/medusa-sale.ts'
import { engineSideOf, saleOf, type Priced, type Sale } from '#bench/support/sale-basket.ts'
import { inRounds } from '#bench/support/rounds.ts'

/** The pricing engine alone, in one thread, against a library of the trade and against hand-written arithmetic. */
export const quote: Bench = {
  name: 'quote',
  about: 'the pricing engine against @medusajs/promotion and against hand-written arithmetic',
  run,
}

const promise =
  'at least 30 (5 lines) and 50 (20 lines) times as fast as @medusajs/promotion, at most 10 times the ' +
  'time of hand-written arithmetic, and 10,000 other offers cost at most 1.2 times the time of 100'

const shapes = [
  { name: '5 lines, 3 shops, 13 instruments', lines: 5, shops: 3, leastTimesMedusa: 30 },
  { name: '20 lines, 8 shops, 38 instruments', lines: 20, shops: 8, leastTimesMedusa: 50 },
] as const
const goalTimesMedusa = 100
const mostTimesByHand = 10
const mostForOthers = 1.2
/** Different baskets of one shape, so that nothing learns one of them by heart. */
const variants = 16

const policy = PricingPolicySchema.parse(tmall2017.policies.pricing)

async function run({ say, flags }: BenchOptions): Promise<Figures> {
  const rounds = Number(flags.get('rounds') ?? 31)
  const medusa = await loadMedusa(say)
  const taken = shapes.map((shape) => againstOthers(shape, medusa, rounds, say))
  const others = amongOthers(rounds, say)
  const holds = taken.every((each) => each.holds) && others.holds
  return { promise, holds, rounds, taken, others }
}

type Case = Priced & {
  readonly sale: Sale
  readonly medusa: Given
  readonly medusaInYuan: Given
}

type Given = {
  readonly promotions: readonly MedusaPromotion[]
  readonly context: MedusaContext
}

function againstOthers(
  shape: (typeof shapes)[number],
  medusa: Medusa,
  rounds: number,
  say: BenchOptions['say'],
) {
  const cases = Array.from({ length: variants }, (_, n) =>
    caseOf(saleOf(n + 1, shape.lines, shape.shops)),
  )
  for (const each of cases) checkCase(each, medusa)
  const figures = inRounds(rounds, cases, {
    engine: price,
    medusa: (each) => medusa.compute(each.medusa.promotions, each.medusa.context),
    medusaInYuan: (each) => medusa.compute(each.medusaInYuan.promotions, each.medusaInYuan.context),
    byHand: ({ sale }) => workOut(sale),
  })
  const timesMedusa = median(figures.map((each) => each.medusa / each.engine))
  const timesByHand = median(figures.map((each) => each.engine / each.byHand))
  const inYuan = median(figures.map((each) => each.medusaInYuan / each.engine))
  const us = { median: summary(figures, median), best: summary(figures, leastOf) }
  const isFast = timesMedusa >= shape.leastTimesMedusa
  const isLean = timesByHand <= mostTimesByHand
  for (const [name, each] of Object.entries(us)) {
    say(
      `${shape.name}, ${name}: engine ${each.engine} us, Medusa ${each.medusa} us, by hand ${each.byHand} us`,
    )
  }
  say(
    `  ${verdict(isFast)} ${timesMedusa.toFixed(1)} times as fast as Medusa (at least ${shape.leastTimesMedusa}, goal ${goalTimesMedusa}); ${inYuan.toFixed(1)} in yuan`,
  )
  say(`  ${verdict(isLean)} ${timesByHand.toFixed(2)} times by hand (at most ${mostTimesByHand})`)
  return {
    basket: shape.name,
    holds: isFast && isLean,
    timesMedusa: rounded(timesMedusa),
    timesMedusaInYuan: rounded(inYuan),
    timesByHand: rounded(timesByHand),
    us,
  }
}

type Turn = Readonly<Record<'engine' | 'medusa' | 'medusaInYuan' | 'byHand', number>>

/** Microseconds a basket, by contender. */
function summary(figures: readonly Turn[], of: (figures: readonly number[]) => number): Turn {
  return {
    engine: rounded(of(figures.map((each) => each.engine))),
    medusa: rounded(of(figures.map((each) => each.medusa))),
    medusaInYuan: rounded(of(figures.map((each) => each.medusaInYuan))),
    byHand: rounded(of(figures.map((each) => each.byHand))),
  }
}

function leastOf(figures: readonly number[]): number {
  return figures.reduce((least, each) => Math.min(least, each), Infinity)
}

/** The time with 10,000 active offers that do not match, by the time with 100. */
function amongOthers(rounds: number, say: BenchOptions['say']) {
  const [few, many] = [100, 10_000].map((count) => engineSideOf(saleOf(1, 20, 8), count).offers)
  assert.ok(few !== undefined && many !== undefined)
  const cases = Array.from({ length: variants }, (_, n) => engineSideOf(saleOf(n + 1, 20, 8)))
  const among = (offers: OfferIndex) => (each: Priced) => price({ basket: each.basket, offers })
  for (const each of cases) assert.deepEqual(among(many)(each), among(few)(each))
  const figures = inRounds(rounds, cases, { few: among(few), many: among(many) })
  const ratio = median(figures.map((each) => each.many / each.few))
  const holds = ratio <= mostForOthers
  say(
    `${verdict(holds)} 10,000 other offers: ${ratio.toFixed(2)} times 100 of them (at most ${mostForOthers})`,
  )
  return { ratio: rounded(ratio), holds }
}

function price({ basket, offers }: Priced): Quote {
  return priceBasket(basket, offers, policy, 'pricing@1')
}

function caseOf(sale: Sale): Case {
  const allowanceFen = sumOf(workOut(sale).allowance)
  const given = (unitFen: 1 | 100): Given => {
    const promotions = medusaPromotionsOf(sale, allowanceFen, unitFen)
    return { promotions, context: medusaContextOf(sale, unitFen) }
  }
  return { sale, ...engineSideOf(sale), medusa: given(1), medusaInYuan: given(100) }
}

/** What is compared must do the same: to the fen by hand; Medusa rounds nothing and orders by value. */
function checkCase({ sale, basket, offers, ...given }: Case, medusa: Medusa): void {
  const priced = price({ basket, offers })
  assert.equal(priced.optimal, true)
  assert.deepEqual(figuresOf(priced), workOut(sale))

  for (const { promotions, context } of [given.medusa, given.medusaInYuan]) {
    const actions = medusa.compute(promotions, context)
    const acted = new Set(actions.map((action) => action.code))
    assert.equal(acted.size, promotions.length, 'each promotion of Medusa takes something off')
    const fixed = promotions.filter((each) => each.application_method.type === 'fixed')
    for (const { code, application_method } of fixed) {
      const taken = actions.filter((action) => action.code === code)
      const off = sumOf(taken.map(({ amount }) => amount.toNumber()))
      assert.ok(Math.abs(off - application_method.value) < 0.001, `${code} takes off its value`)
    }
  }
}

function figuresOf(priced: Quote): WorkedOut {
  const of = (layer: string): number[] =>
    priced.lines.map((line) =>
      sumOf(line.shares.map((share) => (share.layer === layer ? share.offFen : 0))),
    )
  return {
    payFen: priced.payFen,
    linesFen: priced.lines.map((line) => line.payFen),
    unitsFen: priced.lines.map((line) => line.unitsFen),
    item: of('item'),
    shop: of('shop'),
    coupon: of('coupon'),
    allowance: of('allowance'),
    envelope: of('redEnvelope'),
  }
}

function sumOf(figures: readonly number[]): number {
  return figures.reduce((sum, each) => sum + each, 0)
}

function verdict(isKept: boolean): string {
  return isKept ? 'kept    ' : 'NOT KEPT'
}

function rounded(figure: number): number {
  return Number(figure.toPrecision(4))
}
