import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { namesOf } from '#rules/depth/deepest.ts'
import { type Asked, depthOf } from '#test/support/depths.ts'

test('DC-3 other goods help a line to the threshold that it does not reach itself', () => {
  const item = { sku: 'a1', shop: 'A', category: 'apparel', listPrice: '40.00' } as const
  const offers = [
    {
      id: 'I',
      layer: 'item',
      target: { skus: ['a1'] },
      effect: { type: 'percentOff', percent: 50, cap: '20.00' },
    },
    {
      id: 'S',
      layer: 'shop',
      target: { shops: ['A'] },
      effect: { type: 'thresholdOff', steps: [{ from: '300.00', off: '60.00' }] },
    },
  ] satisfies Asked['offers']
  const platform = { id: 'P', kind: 'platform', threshold: '1000.00', off: '100.00' } as const
  const asked = { item, offers, member: { coupons: [platform] }, budget: 3_000 } satisfies Asked
  const { deepest } = depthOf({ ...asked, goods: { to: '2000.00' } })
  // Half off by the item, a fifth of the rest by the shop, then a tenth of the rest by the platform.
  equal(deepest.offFen, 2_000 + 400 + 160)
  deepEqual(namesOf(deepest.shares), ['I', 'S', 'P'])
  deepEqual(
    deepest.basket.lines.map((line) => [line.shop, line.listPrice]),
    [
      ['A', 4_000],
      ['A', 28_000],
      ['-', 76_000],
    ],
  )
})

test('DC-4 goods, tiers, channels and instants are tried as targets and conditions tell them apart', () => {
  const window = (from: string, to: string) => ({
    window: { from: `2017-11-${from}T00:00:00+08:00`, to: `2017-11-${to}T00:00:00+08:00` },
  })
  const asked: Asked = {
    offers: [
      percent('A', { target: { shops: ['A'], exclude: { tags: ['new'] } } }),
      percent('B', { target: { categories: ['shoes'] }, tiers: ['super'] }),
      percent('C', { channel: 'app', ...window('01', '11') }),
      percent('D', window('10', '12')),
      percent('E', window('11', '13')),
      percent('F', { target: { shops: ['B'] } }),
    ],
    budget: 3_000,
  }
  const { deepest } = depthOf(asked)
  deepEqual(namesOf(deepest.shares), ['A', 'B', 'C', 'D'])
  const { shop, category } = deepest.basket.lines[0]!
  deepEqual([shop, category, deepest.basket.channel], ['A', 'shoes', 'app'])
  deepEqual(deepest.basket.member.tier, 'super')
  equal(deepest.basket.atMs, tenth)
  const at = '2017-11-12T12:00:00+08:00'
  const later = depthOf({ ...asked, at, channel: 'web', member: { tier: 'ordinary' } })
  deepEqual(namesOf(later.deepest.shares), ['A', 'E'])
})

test('DC-4 the member is of any score and paid membership that instruments ask for', () => {
  const asked: Asked = {
    offers: [
      percent('A', { paidMember: true }),
      percent('B', { scoreFrom: 1_000 }),
      percent('C', { paidMember: true, memberCap: { off: '5.00', per: 'month' } }),
    ],
    budget: 3_000,
  }
  const { deepest } = depthOf(asked)
  deepEqual(namesOf(deepest.shares), ['A', 'B', 'C'])
  const { score, paidMember } = deepest.basket.member
  deepEqual([score, paidMember], [1_000, true])
  const plain = depthOf({ ...asked, member: { paidMember: false } })
  deepEqual(namesOf(plain.deepest.shares), ['B'])
})

const percent = (id: string, of: object) =>
  ({
    id,
    layer: 'item',
    stacks: true,
    effect: { type: 'percentOff', percent: 10 },
    ...of,
  }) as const

const tenth = Temporal.Instant.from('2017-11-10T00:00:00+08:00').epochMilliseconds
