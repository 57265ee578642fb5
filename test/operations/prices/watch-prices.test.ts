import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { insertUses } from '#db/declarations/uses.ts'
import { freezeById } from '#db/prices/freeze.ts'
import { transact } from '#operations/_transact.ts'
import { suspendDeclarations } from '#operations/declarations/suspend.ts'
import { ceilingsOf } from '#operations/prices/check-declarations.ts'
import { settlePriceFreezes } from '#operations/prices/freeze-prices.ts'
import { settlePriceWatch } from '#operations/prices/watch-prices.ts'
import { openMarket, type TestMarket } from '#test/support/market.ts'
import { bought, declared, marked, statuses } from '#test/support/prices.ts'
import { makeShops } from '#test/support/shops.ts'

const campaign = 'double11-2017'
const never = new AbortController().signal
let market: TestMarket

before(async () => {
  market = await openMarket()
  const shopIds = ['before', 'frozen', 'late', 'lower', 'marked', 'many', 'gone']
  await makeShops(
    market.db,
    shopIds.map((shopId) => ({ shopId })),
  )
})
after(() => market.close())

function context() {
  const { db, policies, market: where } = market
  return { db, policies, market: where }
}

function at(text: string): Temporal.Instant {
  return Temporal.Instant.from(`${text}+08:00`)
}

test('A ceiling is by all that is recorded or scheduled, in the windows of the kind', async () => {
  const sku = { shopId: 'before', sku: 'shown' }
  const now = '2017-10-01T10:00:00+08:00'
  await bought(
    context(),
    sku,
    [
      { at: '2017-09-20T10:00:00+08:00', priceFen: 20_000, off: { allowance: 9_000 } },
      { at: '2017-09-14T10:00:00+08:00', priceFen: 10_000 },
    ],
    now,
  )
  await marked(
    context(),
    sku,
    { from: '2017-11-20T00:00:00+08:00', to: '2017-11-21T00:00:00+08:00', fen: 17_000 },
    now,
  )
  const asked = { campaign, kind: 'presale' as const, at: at('2017-10-01T10:00:00') }
  const [ceiling] = (await ceilingsOf(market.db, context(), asked, [sku])) ?? []
  deepEqual(
    [ceiling?.ceilingFen, ceiling?.byDealFen, ceiling?.lowestMarked?.priceFen],
    [17_000, 18_000, 17_000],
  )
  const unknown = { ...asked, campaign: 'none' }
  equal(await ceilingsOf(market.db, context(), unknown, [sku]), undefined)
})

test('PV-12 a deal that makes a declaration too high suspends it, and the shop is told why', async () => {
  const [a, b] = ['a', 'b'].map((sku) => ({ shopId: 'before', sku, kind: 'spot' as const }))
  ok(a !== undefined && b !== undefined)
  await declared(market.db, campaign, [
    { ...a, priceFen: 18_000 },
    { ...b, priceFen: 18_000 },
  ])
  const now = '2017-10-21T10:00:00+08:00'
  const deal = { at: '2017-10-20T10:00:00+08:00' }
  await bought(context(), a, [{ ...deal, dealId: 'low', priceFen: 19_999 }], now)
  await bought(context(), b, [{ ...deal, priceFen: 20_000 }], now)
  // With those of the test before: each of its transactions wrote a row of its own.
  equal(await settlePriceWatch(context(), at('2017-10-21T10:00:01')), 4)
  deepEqual(await statuses(market.db, 'before'), ['a spot suspended', 'b spot declared'])
  const [told] = await announcedTo('before')
  equal(told?.type, 'jifen.declaration.suspended.v1')
  const { cause, priceFen } = JSON.parse(told?.data ?? '{}') as {
    priceFen: number
    cause: Record<string, unknown>
  }
  equal(priceFen, 18_000)
  deepEqual(
    [cause['refusal'], cause['priceFen'], cause['at'], cause['window'], cause['dealId']],
    [
      'prices/above-lowest-deal',
      19_999,
      '2017-10-20T10:00:00+08:00',
      ['2017-09-15', '2017-11-11'],
      'low',
    ],
  )
  equal(await settlePriceWatch(context(), at('2017-10-21T10:00:02')), 0)
})

test('PV-12 every declaration is checked when prices freeze, once, in parts that go on where they were', async () => {
  const rows = Array.from({ length: 4_100 }, (_, n) => ({
    shopId: 'many',
    sku: `sku-${String(n).padStart(4, '0')}`,
    kind: 'spot' as const,
    priceFen: 9_000,
  }))
  await declared(market.db, campaign, rows)
  // What was recorded without being looked at: as if the watch had missed it.
  const low = { shopId: 'many', sku: 'sku-2050' }
  await bought(
    context(),
    low,
    [{ at: '2017-10-20T10:00:00+08:00', priceFen: 9_999 }],
    '2017-10-21T10:00:00+08:00',
  )
  await sql`delete from jifen.price_watch`.execute(market.db)
  equal(await settlePriceFreezes(context(), at('2017-11-10T23:59:59'), never), 0)

  const stopping = new AbortController()
  const { db } = market
  const run = settlePriceFreezes(context(), at('2017-11-11T00:00:00'), stopping.signal)
  stopping.abort()
  const first = await run
  ok(first <= 4_000, `it ends early, not after ${first}`)
  equal((await freezeById(db, campaign))?.finishedAt ?? null, null)
  const rest = await settlePriceFreezes(context(), at('2017-11-11T00:00:01'), never)
  // With the one of the test before that takes part still.
  equal(first + rest, 4_101)
  const freeze = await freezeById(db, campaign)
  deepEqual([freeze?.checked, freeze?.suspended], [4_101, 1])
  equal(freeze?.finishedAt?.toString(), at('2017-11-11T00:00:01').toString())
  const suspended = (await statuses(db, 'many')).filter((each) => each.endsWith('suspended'))
  deepEqual(suspended, ['sku-2050 spot suspended'])
  equal(await settlePriceFreezes(context(), at('2017-11-11T00:00:02'), never), 0)
})

test('PV-13 after the freeze one that becomes too high stands, and is a violation once', async () => {
  const sku = { shopId: 'frozen', sku: 'a', kind: 'spot' as const }
  const late = { shopId: 'late', sku: 'a', kind: 'spot' as const }
  await declared(market.db, campaign, [
    { ...sku, priceFen: 18_000 },
    { ...late, priceFen: 18_000 },
  ])
  const deal = { at: '2017-11-10T10:00:00+08:00' }
  await bought(context(), sku, [{ ...deal, priceFen: 15_000 }], '2017-11-11T00:30:00+08:00')
  await bought(context(), sku, [{ ...deal, priceFen: 14_000 }], '2017-11-11T00:40:00+08:00')
  // Known before the freeze, looked at after it.
  await bought(context(), late, [{ ...deal, priceFen: 15_000 }], '2017-11-10T23:59:59+08:00')
  await settlePriceWatch(context(), at('2017-11-11T01:00:00'))
  deepEqual(await statuses(market.db, 'frozen'), ['a spot declared'])
  deepEqual(await statuses(market.db, 'late'), ['a spot suspended'])
  deepEqual(await violationsOf('frozen'), ['price/double11-2017/a general 6'])
  deepEqual(await violationsOf('late'), [])
  deepEqual(await breachesOf('frozen'), ['a tooHigh 14000'])
})

test('PV-14 what is sold for less in the 15 days after is found from the next deal: one violation, a drop each time it is lower', async () => {
  const sku = { shopId: 'lower', sku: 'a' }
  await declared(market.db, campaign, [
    { ...sku, kind: 'presale', priceFen: 17_000 },
    { ...sku, kind: 'spot', priceFen: 18_000 },
  ])
  const sell = async (day: string, priceFen: number, more: object = {}): Promise<void> => {
    await bought(
      context(),
      sku,
      [{ at: `${day}T10:00:00+08:00`, priceFen, ...more }],
      `${day}T10:00:01+08:00`,
    )
    await settlePriceWatch(context(), at(`${day}T10:00:02`))
  }
  await sell('2017-11-12', 18_000)
  await sell('2017-11-13', 12_000, { event: campaign })
  await sell('2017-11-13', 19_000, { off: { allowance: 5_000 } })
  deepEqual(await breachesOf('lower'), [])
  await sell('2017-11-14', 17_500)
  deepEqual(await breachesOf('lower'), ['a soldLower 17500'])
  await sell('2017-11-15', 17_800)
  await sell('2017-11-16', 16_000)
  deepEqual(await breachesOf('lower'), ['a soldLower 16000', 'a soldLower 17500'])
  await sell('2017-11-27', 10_000)
  deepEqual(await breachesOf('lower'), ['a soldLower 16000', 'a soldLower 17500'])
  deepEqual(await violationsOf('lower'), ['price/double11-2017/a general 6'])
  deepEqual(await dropsOf('lower'), ['a 17500', 'a 16000'])
})

test('PV-14 a promise is kept for what was sold, also by a shop whose declaration no longer takes part', async () => {
  const sold = { campaign, shopId: 'gone', sku: 'sold', kind: 'spot' as const }
  const unsold = { ...sold, sku: 'unsold' }
  await declared(market.db, campaign, [
    { ...sold, priceFen: 18_000 },
    { ...unsold, priceFen: 18_000 },
  ])
  const use = {
    useId: 'trade:t/1',
    quantity: 1,
    drawn: false,
    declaredFen: 18_000,
    askedFen: 18_000,
  }
  const line = { usedAt: at('2017-11-11T10:00:00'), tradeId: 't', lineId: '1' }
  await transact(market.db, async (tx) => {
    await insertUses(tx, 'buyer', [{ ...sold, ...use, ...line }])
    const by = { policies: market.policies, actor: 'test', now: at('2017-11-11T23:00:00') }
    const cause = { code: 'left' }
    equal(
      await suspendDeclarations(
        tx,
        by,
        [sold, unsold].map((each) => ({ ...each, cause })),
      ),
      2,
    )
  })
  for (const sku of [sold, unsold]) {
    const deal = { at: '2017-11-13T10:00:00+08:00', priceFen: 15_000 }
    await bought(context(), sku, [deal], '2017-11-13T10:00:01+08:00')
  }
  await settlePriceWatch(context(), at('2017-11-13T10:00:02'))
  deepEqual(await breachesOf('gone'), ['sold soldLower 15000'])
  deepEqual(await dropsOf('gone'), ['sold 15000'])
})

test('PV-14 a lower price that was marked for later is found when it begins', async () => {
  const sku = { shopId: 'marked', sku: 'a' }
  await declared(market.db, campaign, [{ ...sku, kind: 'spot', priceFen: 18_000 }])
  const price = { from: '2017-11-20T00:00:00+08:00', to: '2017-11-21T00:00:00+08:00', fen: 15_000 }
  await marked(context(), sku, price, '2017-11-12T10:00:00+08:00')
  await settlePriceWatch(context(), at('2017-11-12T10:00:01'))
  // Scheduled after the freeze it makes the declaration too high; nobody could buy for it yet.
  deepEqual(await breachesOf('marked'), ['a tooHigh 15000'])
  deepEqual(await dropsOf('marked'), [])
  equal(await settlePriceWatch(context(), at('2017-11-19T23:59:59')), 0)
  equal(await settlePriceWatch(context(), at('2017-11-20T00:00:00')), 1)
  deepEqual(await breachesOf('marked'), ['a soldLower 15000', 'a tooHigh 15000'])
  deepEqual(await dropsOf('marked'), ['a 15000'])
  deepEqual(await violationsOf('marked'), ['price/double11-2017/a general 6'])
})

async function announcedTo(shopId: string): Promise<{ type: string; data: string }[]> {
  const rows = await sql<{ type: string; data: string }>`
    select type, data from jifen.shop_announcement where shop_id = ${shopId} order by at
  `.execute(market.db)
  return rows.rows
}

async function violationsOf(shopId: string): Promise<string[]> {
  return await textsOf(sql`
    select violation_id || ' ' || kind || ' ' || points as told from jifen.shop_violation
    where shop_id = ${shopId} order by 1
  `)
}

async function breachesOf(shopId: string): Promise<string[]> {
  return await textsOf(sql`
    select sku || ' ' || reason || ' ' || price_fen as told from jifen.price_breach
    where shop_id = ${shopId} order by 1
  `)
}

async function dropsOf(shopId: string): Promise<string[]> {
  return await textsOf(sql`
    select sku || ' ' || price_fen as told from jifen.price_drop
    where shop_id = ${shopId} order by number
  `)
}

async function textsOf(query: ReturnType<typeof sql>): Promise<string[]> {
  const rows = await query.execute(market.db)
  return rows.rows.map((row) => (row as { readonly told: string }).told)
}
