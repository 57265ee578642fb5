import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Quote } from '#rules/pricing/quote.ts'
import { effectFrom, linesFrom, offsOf, pricingPolicy, quoted } from '#test/support/baskets.ts'

const cap = { name: '88vip', off: '20.00', per: 'month' }

/** 5 % off a shop for paid members, 20 yuan a month at most. */
function vip(id: string, shop: string, changes: object = {}): object {
  return {
    id,
    layer: 'item',
    target: { shops: [shop] },
    effect: effectFrom('percentOff percent=5'),
    paidMember: true,
    memberCap: cap,
    ...changes,
  }
}

const member = { paidMember: true }
const saved = (yuan: string) => ({ ...member, saved: { '88vip/month': yuan } })

test('PR-19 a reduction is cut to what is left of the cap, and told with it', () => {
  const quote = quoted({ lines: linesFrom('A 1000.00'), offers: [vip('V', 'A')], member })
  equal(quote.payFen, 98_000)
  deepEqual(quote.layers[0]?.applied, [
    { id: 'V', offFen: 2_000, baseFen: 100_000, cutFen: 3_000, capFen: 2_000, capLeftFen: 0 },
  ])
  const again = quoted({
    lines: linesFrom('A 100.00'),
    offers: [vip('V', 'A')],
    member: saved('18.50'),
  })
  equal(offsOf(again), '1.50')
})

test('PR-19 a cut reduction is shared over its lines as it was', () => {
  const quote = quoted({
    lines: linesFrom('A 300.00, A 100.00'),
    offers: [vip('V', 'A')],
    member: saved('12.00'),
  })
  equal(offsOf(quote), '6.00 2.00')
})

test('PR-19 with nothing left an offer does not compete, and others take its place', () => {
  const plain = {
    id: 'P',
    layer: 'item',
    target: { shops: ['A'] },
    effect: effectFrom('percentOff percent=1'),
  }
  const offers = [vip('V', 'A'), plain]
  const quote = quoted({ lines: linesFrom('A 100.00'), offers, member: saved('20.00') })
  equal(offsOf(quote), '1.00')
  deepEqual(quote.notApplied, [{ id: 'V', refusal: 'pricing/member-cap-reached', capFen: 2_000 }])
  equal(offsOf(quoted({ lines: linesFrom('A 100.00'), offers, member: saved('25.00') })), '1.00')
})

test('PR-19 what is cut competes with what it would take now', () => {
  const plain = {
    id: 'P',
    layer: 'item',
    target: { shops: ['A'] },
    effect: effectFrom('amountOffUnit off=2.00'),
  }
  const offers = [vip('V', 'A'), plain]
  const by = (yuan: string) =>
    quoted({ lines: linesFrom('A 100.00'), offers, member: saved(yuan) }).used.offers
  deepEqual(by('17.99'), ['V'])
  deepEqual(by('18.01'), ['P'])
})

test('PR-19 offers whose caps have one name count together, the stronger first', () => {
  const offers = [vip('V', 'A'), vip('W', 'B')]
  const quote = quoted({ lines: linesFrom('A 100.00, B 300.00'), offers, member: saved('4.00') })
  equal(offsOf(quote), '1.00 15.00')
  const apart = [vip('V', 'A'), vip('W', 'B', { memberCap: { off: '20.00', per: 'month' } })]
  const both = quoted({
    lines: linesFrom('A 100.00, B 300.00'),
    offers: apart,
    member: saved('20.00'),
  })
  equal(offsOf(both), '0.00 15.00')
  const other = vip('W', 'B', { memberCap: { ...cap, per: 'day' } })
  const daily = quoted({
    lines: linesFrom('A 100.00, B 300.00'),
    offers: [vip('V', 'A'), other],
    member: saved('20.00'),
  })
  equal(offsOf(daily), '0.00 15.00')
  const more = vip('W', 'B', { memberCap: { ...cap, off: '30.00' } })
  const larger = quoted({
    lines: linesFrom('A 100.00, B 300.00'),
    offers: [vip('V', 'A'), more],
    member: saved('20.00'),
  })
  equal(offsOf(larger), '0.00 10.00')
})

test('PR-19 those that stack and those of shops keep to the cap as well', () => {
  const stacking = [vip('V', 'A', { stacks: true }), vip('W', 'A', { stacks: true })]
  const stacked = quoted({ lines: linesFrom('A 300.00'), offers: stacking, member })
  equal(offsOf(stacked), '20.00')
  const { target: _, ...all } = vip('V', 'A', { layer: 'shop' }) as { target: unknown }
  const shops = quoted({ lines: linesFrom('A 300.00, B 300.00'), offers: [all], member })
  equal(offsOf(shops), '15.00 5.00')
})

test('PR-19 more in the basket is told only as far as the cap saves more', () => {
  const offer = vip('V', 'A', {
    paidMember: undefined,
    effect: {
      type: 'thresholdOff',
      steps: [
        { from: '100.00', off: '5.00' },
        { from: '200.00', off: '30.00' },
      ],
    },
  })
  const missing = (yuan: string) =>
    quoted({
      lines: linesFrom('A 150.00'),
      offers: [offer],
      member: { saved: { '88vip/month': yuan } },
    }).missing
  deepEqual(missing('0.00'), [{ id: 'V', shop: 'A', addFen: 5_000, savesFen: 1_500 }])
  deepEqual(missing('12.00'), [{ id: 'V', shop: 'A', addFen: 5_000, savesFen: 300 }])
  deepEqual(missing('15.00'), [])
  deepEqual(missing('20.00'), [])
})

test('PR-19 however capped offers compete, together they never pass the cap', () => {
  const shops = ['A', 'B', 'C']
  const offers = fc.array(
    fc.record({
      shop: fc.constantFrom(...shops),
      percent: fc.integer({ min: 1, max: 60 }),
      stacks: fc.boolean(),
      layer: fc.constantFrom('item', 'shop'),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  const amounts = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(offers, amounts, fc.integer({ min: 0, max: 2_500 }), (written, fen, before) => {
      const lines = fen.map((listPrice, at) => {
        const id = String(at)
        return { id, sku: id, shop: shops[at % 3], listPrice, quantity: 1 }
      })
      const given = written.map(({ shop, percent, ...rest }, at) =>
        vip(`V${at}`, shop, { effect: { type: 'percentOff', percent }, ...rest }),
      )
      const holder = { paidMember: true, saved: { '88vip/month': before } }
      const quote = quoted({ lines, offers: given, member: holder })
      ok(takenBy(quote) + before <= Math.max(2_000, before))
      const back = quoted({ lines, offers: given.toReversed(), member: holder })
      equal(takenBy(back), takenBy(quote))
    }),
  )
})

test('PR-5 scores and paid membership are asked for, and what is missing is told', () => {
  const offer = vip('V', 'A', { scoreFrom: 1_000, tiers: ['super'] })
  const notApplied = (holder: object) =>
    quoted({ lines: linesFrom('A 100.00'), offers: [offer], member: holder }).notApplied
  const full = { tier: 'super', score: 1_000, paidMember: true }
  deepEqual(notApplied(full), [])
  deepEqual(notApplied({ ...full, paidMember: false }), [
    { id: 'V', refusal: 'pricing/paid-members-only', unlockedBy: { paidMember: true } },
  ])
  deepEqual(notApplied({ ...full, score: 999 }), [
    { id: 'V', refusal: 'pricing/score-too-low', unlockedBy: { scoreFrom: 1_000 } },
  ])
  deepEqual(notApplied({}), [
    {
      id: 'V',
      refusal: 'pricing/wrong-tier',
      unlockedBy: { tiers: ['super'], scoreFrom: 1_000, paidMember: true },
    },
  ])
})

test('PR-5 a coupon may be for paid members', () => {
  const coupons = [{ id: 'C', kind: 'shop', off: '5.00', paidMember: true }]
  const lines = linesFrom('A 100.00')
  equal(quoted({ lines, member: { coupons, paidMember: true } }).payFen, 9_500)
  deepEqual(quoted({ lines, member: { coupons } }).notApplied, [
    { id: 'C', refusal: 'pricing/paid-members-only', unlockedBy: { paidMember: true } },
  ])
})

test('PR-20 of a presale line only the balance is discounted', () => {
  const effect = effectFrom('percentOff percent=5 base=balance')
  const policy = pricingPolicy({ layers: ['presale', 'item', 'shop'] })
  for (const layer of ['item', 'shop']) {
    const [line] = linesFrom('A 300.00')
    const [second] = linesFrom('A 100.00')
    const lines = [
      { ...line, presale: { deposit: '50.00', worth: '100.00' } },
      { ...second, id: '2' },
    ]
    const offers = [vip('V', 'A', { effect, layer })]
    // 300 less the 50 that the deposit is worth more, less the deposit: 200 to pay; 5 % of it is 10.
    const quote = quoted({ lines, offers, member }, policy)
    equal(offsOf(quote), '60.00 5.00')
    equal(quote.payFen, 20_000 - 1_000 + 10_000 - 500)
  }
})

function takenBy({ lines }: Quote): number {
  return lines.reduce((sum, line) => {
    return sum + line.shares.reduce((off, share) => off + share.offFen, 0)
  }, 0)
}
