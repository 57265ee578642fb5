import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CampaignSchema } from '#rules/campaigns/policy.ts'
import { countedUnits, decideClaim, protectedWindow } from '#rules/protection/claim.ts'
import { PriceProtectionPolicySchema } from '#rules/protection/policy.ts'
import type { FrozenLine } from '#rules/returns/frozen-trade.ts'

const title = { zh: '测试', en: 'Test' }
const zone = 'Asia/Shanghai'
const policy = PriceProtectionPolicySchema.parse({})

function campaignWith(price: object) {
  const window = { from: '2017-11-11T00:00:00+08:00', to: '2017-11-12T00:00:00+08:00' }
  return CampaignSchema.parse({
    title,
    phases: [{ name: 'day', window }],
    identities: [{ name: 'event', title }],
    ...price,
  })
}

function lineOf(quantity: number, payFen: number, shares: FrozenLine['shares'] = []): FrozenLine {
  return { id: '1', sku: 's', shop: 'A', quantity, payFen, unitsFen: [], shares }
}

function paid(unitsFen: readonly number[], returnedUnits = 0, returnedFen = 0) {
  return { unitsFen, returnedUnits, returnedFen }
}

const nothing = { paidFen: 0 }

test('BP-1 the days are those of the campaign, else so many after its day', () => {
  const days = ['2017-11-12', '2017-11-26']
  const price = { presale: { deals: days, promo: days }, spot: { deals: days, promo: days } }
  const own = protectedWindow(campaignWith({ price: { ...price, protect: days } }), policy, zone)
  const usual = protectedWindow(campaignWith({}), policy, zone)
  const expected = {
    from: Temporal.Instant.from('2017-11-12T00:00:00+08:00'),
    to: Temporal.Instant.from('2017-11-27T00:00:00+08:00'),
  }
  deepEqual([own?.from.equals(expected.from), own?.to.equals(expected.to)], [true, true])
  deepEqual([usual?.from.equals(expected.from), usual?.to.equals(expected.to)], [true, true])
})

test('BP-2 what envelopes and points paid counts as paid, what offers took off does not', () => {
  const share = { instrument: 'x', funder: 'platform' }
  const line = lineOf(3, 20_000, [
    { ...share, layer: 'shop', offFen: 3_000 },
    { ...share, layer: 'allowance', offFen: 5_000 },
    { ...share, layer: 'redEnvelope', offFen: 1_500 },
    { ...share, layer: 'points', offFen: 500 },
  ])
  const units = countedUnits(line, policy.counts)
  deepEqual(units, [7_333, 7_333, 7_334])
  deepEqual(countedUnits(line, [...policy.counts, 'redEnvelope', 'points']), [6_666, 6_667, 6_667])
})

test('BP-3 each unit that stays has the difference, one that went back and one that was cheaper none', () => {
  const figures = (units: readonly number[], returned: number, price: number, back = 0) =>
    decideClaim(paid(units, returned, back), price, nothing, {}).payFen
  equal(figures([10_000, 10_000, 10_001], 0, 9_000), 3_001)
  equal(figures([10_000, 10_000, 10_001], 2, 9_000), 1_001)
  equal(figures([10_000, 10_000, 10_001], 3, 9_000), 0)
  equal(figures([8_000, 10_000], 0, 9_000), 1_000)
  equal(figures([10_000], 0, 10_000), 0)
  equal(figures([10_000], 0, 9_000, 400), 600)
  equal(figures([10_000], 0, 9_000, 5_000), 0)
})

test('BP-4 whatever prices and returns come in which order, what was paid is what is due', () => {
  const units = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 8 })
  const steps = fc.array(fc.record({ price: fc.nat(1_000), back: fc.nat(2) }), { maxLength: 10 })
  fc.assert(
    fc.property(units, steps, (unitsFen, all) => {
      let [paidFen, lowest, returned] = [0, Infinity, 0]
      for (const { price, back } of all) {
        lowest = Math.min(lowest, price)
        returned = Math.min(unitsFen.length, returned + back)
        const next = decideClaim(paid(unitsFen, returned), lowest, { paidFen }, {})
        paidFen += next.payFen
        equal(paidFen, next.paidFen)
      }
      const due = unitsFen
        .slice(returned)
        .reduce((sum, unitFen) => sum + Math.max(0, unitFen - lowest), 0)
      equal(paidFen, due)
    }),
  )
})

test('BP-5 the lowest limit cuts, and is told', () => {
  const line = paid([10_000, 10_000])
  const decide = (room: object, most?: number) => decideClaim(line, 9_000, nothing, room, most)
  deepEqual(
    [decide({ item: 1_500, order: 1_200, member: 5_000 })].map((each) => [
      each.fullFen,
      each.paidFen,
      each.limitedBy,
    ]),
    [[2_000, 1_200, 'order']],
  )
  equal(decide({ member: -100 }).paidFen, 0)
  equal(decide({ member: 2_000 }).limitedBy, null)
  deepEqual([decide({}, 1).fullFen, decide({}, 1).units], [1_000, 1])
})
