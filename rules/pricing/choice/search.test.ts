import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Layer } from '#rules/pricing/basket.ts'
import { chooseAndApply } from '#rules/pricing/choice/choose.ts'
import { type Holdings, holdingsOf, type Ticket } from '#rules/pricing/choice/holdings.ts'
import { scratchOf, tryOn } from '#rules/pricing/choice/run.ts'
import {
  combines,
  compareScores,
  isEitherOr,
  type Score,
  type Selection,
} from '#rules/pricing/choice/selection.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { openSheet, type Sheet } from '#rules/pricing/sheet.ts'
import { anyBasket, anyPolicy } from '#test/support/any-choices.ts'
import { nastyBasket } from '#test/support/nasty-baskets.ts'

test('PC-16, PC-17 the choice is the best of all combinations, to the fen', () => {
  fc.assert(
    fc.property(anyBasket, anyPolicy, (basket, policy) => {
      const layers = policy.layers.filter((layer) => layer !== 'item' && layer !== 'shop')
      const sheet = openSheet(basket, policy)
      const best = bestOfAll(openSheet(basket, policy), layers)
      const chosen = chooseAndApply(sheet, layers)
      equal(chosen.optimal, true)

      const offFen = sum(sheet.goods) - sum(sheet.left)
      const ids = [...chosen.used.coupons, ...Object.keys(chosen.used.redEnvelopesFen)]
      if (chosen.used.allowanceFen > 0) ids.push('allowance')
      if (chosen.used.points > 0) ids.push('points')
      deepEqual({ pinned: best.pinned, offFen, ids: ids.toSorted() }, best)
    }),
    { numRuns: 1_500 },
  )
})

test('PC-16, PC-17 where giving up coupons gains steps, the choice is the best of all', () => {
  for (let seed = 1; seed <= 120; seed += 1) {
    const basket = nastyBasket(seed, {
      shops: 4,
      couponsPerShop: 3,
      linesPerShop: 1 + (seed % 3),
      pools: 1 + (seed % 4),
      grain: seed % 2 === 0 ? 1 : 500,
    })
    const policy = PricingPolicySchema.parse({ layers: ['coupon', 'allowance'] })
    const best = bestOfAll(openSheet(basket, policy), policy.layers)
    const sheet = openSheet(basket, policy)
    const { used, optimal } = chooseAndApply(sheet, policy.layers)
    const ids = used.allowanceFen > 0 ? [...used.coupons, 'allowance'] : used.coupons
    const offFen = sum(sheet.goods) - sum(sheet.left)
    deepEqual(
      { pinned: 0, offFen, ids: ids.toSorted(), optimal },
      { ...best, optimal: true },
      `${seed}`,
    )
  }
})

test('PC-16 the choice among 20 shops with 5 coupons each is proved', () => {
  for (let seed = 1; seed <= 36; seed += 1) {
    const basket = nastyBasket(seed, {
      shops: 20,
      couponsPerShop: 5,
      linesPerShop: 2,
      pools: 1 + (seed % 6),
      grain: [1, 100, 500][seed % 3]!,
      isPoolPerShop: seed % 4 === 0,
    })
    const policy = PricingPolicySchema.parse({ layers: ['coupon', 'allowance'] })
    equal(chooseAndApply(openSheet(basket, policy), policy.layers).optimal, true, `${seed}`)
  }
})

/** Every combination, each by the layers themselves. */
function bestOfAll(sheet: Sheet, layers: readonly Layer[]): Score {
  const held = holdingsOf(sheet, layers)
  const { choose } = sheet.basket
  const pinned = choose.kind === 'guided' ? choose.pin : []
  const scratch = scratchOf(sheet)
  let best: Score = { pinned: 0, offFen: 0, ids: [] }
  for (const selection of selectionsOf(sheet, held)) {
    const { offFen, ids } = tryOn(scratch, sheet, layers, held.pools, selection)
    const score = {
      pinned: ids.filter((id) => pinned.includes(id)).length,
      offFen,
      ids: ids.toSorted(),
    }
    if (compareScores(score, best) > 0) best = score
  }
  return best
}

function selectionsOf(sheet: Sheet, held: Holdings): readonly Selection[] {
  const selections: Selection[] = []
  for (const tickets of subsetsOf<Ticket>(held.tickets)) {
    if (tickets.some((a, at) => tickets.some((b, other) => at < other && isEitherOr(a, b))))
      continue
    const canCombine = tickets.every((ticket) => combines(ticket, sheet.policy))
    for (const envelopes of subsetsOf(held.envelopes)) {
      for (const walletFen of new Set([0, canCombine ? held.walletFen : 0])) {
        for (const points of new Set([0, held.points])) {
          selections.push({ tickets, envelopes, walletFen, points })
        }
      }
    }
  }
  return selections
}

function subsetsOf<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  return items.reduce<readonly (readonly Item[])[]>(
    (subsets, item) => [...subsets, ...subsets.map((subset) => [...subset, item])],
    [[]],
  )
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
