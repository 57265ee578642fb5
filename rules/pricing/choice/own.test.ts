import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asFen } from '#rules/money/fen.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import { chooseAndApply } from '#rules/pricing/choice/choose.ts'
import { holdingsOf } from '#rules/pricing/choice/holdings.ts'
import { scratchOf, tryOn } from '#rules/pricing/choice/run.ts'
import { combines, isEitherOr, type Selection } from '#rules/pricing/choice/selection.ts'
import { openSheet } from '#rules/pricing/sheet.ts'
import { anyBasket, anyPolicy } from '#test/support/any-choices.ts'

test('PC-10 of an own choice everything is used that fits beside what was named first', () => {
  fc.assert(
    fc.property(anyBasket, anyPolicy, ownOf, (free, policy, own) => {
      const basket: Basket = { ...free, choose: { kind: 'own', ...own } }
      const layers = policy.layers.filter((layer) => layer !== 'item' && layer !== 'shop')
      const sheet = openSheet(basket, policy)
      const held = holdingsOf(openSheet(basket, policy), layers)
      const { used, optimal } = chooseAndApply(sheet, layers)
      equal(optimal, true)
      const { coupons, redEnvelopesFen, allowanceFen, points } = used
      const named = [...own.coupons, ...own.redEnvelopes]
      deepEqual(
        [...coupons, ...Object.keys(redEnvelopesFen)].filter((id) => !named.includes(id)),
        [],
      )
      equal(points <= own.points, true)

      const fresh = openSheet(basket, policy)
      const taking: Selection = {
        tickets: held.tickets.filter(({ id }) => coupons.includes(id)),
        envelopes: held.envelopes.filter(({ id }) => id in redEnvelopesFen),
        walletFen: allowanceFen > 0 ? held.walletFen : 0,
        points: points > 0 ? held.points : 0,
      }
      const again = tryOn(scratchOf(fresh), fresh, layers, held.pools, taking)
      equal(sum(sheet.goods) - sum(sheet.left), again.offFen)

      for (const ticket of held.tickets) {
        const isFree = !held.tickets.some((each) => each !== ticket && isEitherOr(each, ticket))
        if (coupons.includes(ticket.id) || !isFree) continue
        if (held.walletFen > 0 && !held.tickets.every((each) => combines(each, policy))) continue
        const more = {
          ...taking,
          tickets: held.tickets.filter((each) => each === ticket || taking.tickets.includes(each)),
        }
        const { ids } = tryOn(scratchOf(fresh), fresh, layers, held.pools, more)
        equal(ids.includes(ticket.id), false, ticket.id)
      }
    }),
    { numRuns: 500 },
  )
})

const ownOf = fc.record({
  coupons: fc.shuffledSubarray(['c0', 'c1', 'c2', 'c3', 'c4', 'c5']),
  redEnvelopes: fc.shuffledSubarray(['e0', 'e1']),
  allowance: fc.oneof(fc.boolean(), fc.integer({ min: 0, max: 2_000 }).map(asFen)),
  points: fc.integer({ min: 0, max: 2_000 }),
})

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
