import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { withdrawDeclaration } from '#operations/declarations/declare-item.ts'
import { readDeclaration } from '#operations/declarations/read-declarations.ts'
import { suspendDeclarations } from '#operations/declarations/suspend.ts'
import { transact } from '#operations/_transact.ts'
import { asFen } from '#rules/money/fen.ts'
import {
  afterwards,
  campaign,
  declare,
  declaring,
  leftOf,
  onTheDay,
  openDeclaringMarket,
  presale,
  spot,
} from '#test/support/declarations.ts'
import { forEach } from '#test/support/issuing.ts'
import type { TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'

let market: TestMarket
before(async () => {
  market = await openDeclaringMarket(['A', 'B'])
  await makeShops(market.db, [{ shopId: 'out' }, { shopId: 'shut', status: 'closed' }])
})
after(() => market.close())

async function told(shopId: string, asked: Parameters<typeof declare>[2], at = declaring) {
  const answer = await declare(market, shopId, asked, at)
  return answer.ok ? answer.what : answer.refusal
}

test('DL-9 what is declared again as it is changes nothing, at any time, and says so', async () => {
  equal(await told('A', spot('same')), 'declared')
  equal(await told('A', spot('same')), 'unchanged')
  equal(await told('A', spot('same'), afterwards), 'unchanged')
  equal(await told('A', spot('same', { priceFen: asFen(9_900) })), 'changed')
  const read = await readDeclaration(market.db, {
    campaign,
    shopId: 'A',
    sku: 'same',
    kind: 'spot',
  })
  deepEqual(
    read?.changes.map(({ number, what, priceFen, actor }) => [number, what, priceFen, actor]),
    [
      [2, 'changed', 9_900, 'merchant:merchant-of-A'],
      [1, 'declared', 10_000, 'merchant:merchant-of-A'],
    ],
  )
  ok(read.changes[0]?.policies.startsWith('campaign:double11-2017@1'))
})

test('Only shops that are shortlisted, open and known declare, in campaigns that are', async () => {
  equal(await told('out', spot('x')), 'declarations/not-shortlisted')
  equal(await told('shut', spot('x')), 'shops/closed')
  equal(await told('nobody', spot('x')), 'shops/unknown')
  equal(await told('A', spot('x'), onTheDay), 'declarations/not-in-window')
  equal(await leftOf(market, 'out', 'x'), undefined)
})

test('DL-6 the quantity is locked, and what is sold is never lost by a change', async () => {
  equal(await told('A', spot('locked')), 'declared')
  equal(await leftOf(market, 'A', 'locked'), 10)
  await sql`update jifen.declared_stock set available = 4 where sku = 'locked'`.execute(
    market.owner,
  )
  equal(await told('A', spot('locked', { quantity: 5 })), 'declarations/below-sold')
  equal(await told('A', spot('locked', { quantity: 6 })), 'changed')
  equal(await leftOf(market, 'A', 'locked'), 0)
  equal(await told('A', spot('locked', { quantity: 5 }), onTheDay), 'declarations/not-in-window')
  equal(await told('A', spot('locked', { quantity: 20 }), onTheDay), 'changed')
  equal(await leftOf(market, 'A', 'locked'), 14)
  equal(await told('A', spot('locked', { quantity: 30 }), afterwards), 'declarations/not-in-window')
})

test('DL-7 a declaration is taken back in its window, once, and declared again like a new one', async () => {
  const key = { campaign, shopId: 'A', sku: 'back', kind: 'spot' as const }
  const withdraw = async (at = declaring) => {
    const answer = await withdrawDeclaration(market, key, { actor: 'x', at })
    return answer.ok ? answer.what : answer.refusal
  }
  equal(await withdraw(), 'declarations/unknown')
  equal(await told('A', spot('back')), 'declared')
  equal(await withdraw(onTheDay), 'declarations/not-in-window')
  equal(await withdraw(), 'withdrawn')
  equal(await withdraw(), 'unchanged')
  equal(await told('A', spot('back')), 'declared')
  equal(await leftOf(market, 'A', 'back'), 10)
})

test('DL-8 one that is suspended is told to its shop once, and declared again lower', async () => {
  equal(await told('B', spot('high')), 'declared')
  const suspend = async () =>
    await transact(market.db, (tx) =>
      suspendDeclarations(tx, { policies: market.policies, actor: 'jifen', now: declaring }, [
        { campaign, shopId: 'B', sku: 'high', kind: 'spot', cause: { priceFen: 9_000 } },
      ]),
    )
  equal(await suspend(), 1)
  equal(await suspend(), 0)
  const rows = await sql<{ data: string }>`
    select data from jifen.shop_announcement
    where shop_id = 'B' and type = 'jifen.declaration.suspended.v1'
  `.execute(market.db)
  deepEqual(
    rows.rows.map(({ data }) => (JSON.parse(data) as { cause: object }).cause),
    [{ priceFen: 9_000 }],
  )
  equal(await told('B', spot('high', { priceFen: asFen(8_000) })), 'declared')
})

test('DL-5 spot goods do not cost less than in the presale, whichever is declared last', async () => {
  equal(await told('A', presale('both')), 'declared')
  equal(
    await told('A', spot('both', { priceFen: asFen(8_999) })),
    'declarations/below-presale-price',
  )
  equal(await told('A', spot('both', { priceFen: asFen(9_000) })), 'declared')
  equal(
    await told('A', presale('both', { priceFen: asFen(9_001) })),
    'declarations/above-spot-price',
  )
})

test('64 at once of one SKU leave one declaration with one history', async () => {
  const prices = Array.from({ length: 64 }, (_, n) => asFen(5_000 + (n % 4)))
  const answers = await forEach(prices, (priceFen) => told('A', spot('at-once', { priceFen })))
  equal(answers.filter((what) => what === 'declared').length, 1)
  const read = await readDeclaration(market.db, {
    campaign,
    shopId: 'A',
    sku: 'at-once',
    kind: 'spot',
  })
  equal(read?.changes.length, read?.declaration.number)
  equal(answers.filter((what) => what !== 'unchanged').length, read?.declaration.number)
  equal(await leftOf(market, 'A', 'at-once'), 10)
})
