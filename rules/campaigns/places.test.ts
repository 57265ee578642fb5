import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allowanceOfLine, type RunningCampaign } from '#rules/campaigns/allowance.ts'
import { inNameOf, withAllowances } from '#rules/campaigns/allowance.ts'
import { capacityOf, decidePlace, movesUp, type Venue } from '#rules/campaigns/places.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import type { Quote } from '#rules/pricing/quote.ts'

const title = { zh: '会场', en: 'Venue' }
const venue: Venue = {
  name: 'main',
  title,
  identities: ['event'],
  capacity: { clothes: 2, home: 0 },
}
const shop = { isShortlisted: true, identity: 'event' }

test('CP-8 a place is given while there is one and nobody waits, else the shop stands in line', () => {
  const decide = (taken: number, waiting: number) => {
    const decided = decidePlace(venue, shop, 'clothes', { taken, waiting })
    return decided.ok ? decided.status : decided.refusal
  }
  deepEqual(
    [decide(0, 0), decide(1, 0), decide(2, 0), decide(1, 1)],
    ['placed', 'placed', 'waiting', 'waiting'],
  )
  const none = { taken: 0, waiting: 0 }
  const refused = (of: object, category: string) => {
    const decided = decidePlace(venue, { ...shop, ...of }, category, none)
    return decided.ok ? decided.status : decided.refusal
  }
  equal(refused({ isShortlisted: false }, 'clothes'), 'campaigns/not-shortlisted')
  equal(refused({ identity: 'happyMobilisation' }, 'clothes'), 'campaigns/wrong-identity')
  equal(refused({}, 'home'), 'campaigns/no-places')
  equal(refused({}, 'toString'), 'campaigns/no-places')
})

test('CP-9 so many move up as there are places, never more, and nobody is thrown out', () => {
  equal(movesUp(2, { taken: 5, waiting: 3 }), 0)
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), fc.nat(50), (capacity, taken, waiting) => {
      const moved = movesUp(capacity, { taken, waiting })
      ok(moved >= 0 && moved <= waiting)
      ok(moved === 0 || taken + moved <= capacity)
      ok(moved === waiting || taken + moved >= capacity)
    }),
  )
  equal(capacityOf(venue, 'beauty'), 0)
})

const step = (threshold: number, off: number) => ({ threshold: asFen(threshold), off: asFen(off) })

const running: RunningCampaign = {
  campaign: 'fair',
  policy: 'campaign:fair@1',
  allowance: { steps: [step(40_000, 5_000), step(60_000, 3_000)], excludedCategories: ['gold'] },
  chosen: new Map([
    ['a', [{ category: 'shoes', ...step(60_000, 3_000) }, step(70_000, 2_000)]],
    ['b', []],
  ]),
}

// Shop | category | every | why.
const lines = `
  a | shoes | 60000 | shortlisted
  a | hats  | 70000 | shortlisted
  b | hats  | 40000 | shortlisted
  b | gold  |       | excluded-category
  c | hats  |       | not-shortlisted
`

test('CP-10 a line carries what its shop chose, and none where its category or shop is out', () => {
  for (const text of lines.trim().split('\n')) {
    const [of = '', category = '', every, why] = text.split('|').map((cell) => cell.trim())
    const found = allowanceOfLine([running], { id: '1', shop: of, category })
    deepEqual([String(found?.step?.every ?? ''), found?.why], [every, why], text)
  }
  equal(allowanceOfLine([], { id: '1', shop: 'a', category: 'hats' }), undefined)
  const other = { ...running, campaign: 'other', chosen: new Map([['c', []]]) }
  equal(allowanceOfLine([running, other], { id: '1', shop: 'c', category: 'x' })?.campaign, 'other')
})

test('CP-11 what the allowance takes off is in the name of the campaign, and nothing else is', () => {
  const day = [allowanceOfLine([running], { id: '1', shop: 'b', category: 'hats' })!]
  const basket = { lines: [{ id: '1' }, { id: '2', allowanceStep: null }] } as unknown as Basket
  const [first, second] = withAllowances(basket, day).lines
  deepEqual([first?.allowanceStep, second?.allowanceStep], [{ every: 40_000, off: 5_000 }, null])
  const share = (layer: string) => ({ layer, instrument: layer, offFen: 1, funder: 'shop:b' })
  const quote = {
    lines: ['1', '2'].map((id) => ({ id, shares: [share('shop'), share('allowance')] })),
    policies: ['pricing@1'],
  } as unknown as Quote
  const told = inNameOf(quote, day)
  deepEqual(
    told.lines.map(({ shares }) => shares.map(({ campaign = '' }) => campaign)),
    [
      ['', 'fair'],
      ['', ''],
    ],
  )
  deepEqual(told.policies, ['pricing@1', 'campaign:fair@1'])
  equal(inNameOf(quote, []), quote)
  equal(withAllowances(basket, []), basket)
})
