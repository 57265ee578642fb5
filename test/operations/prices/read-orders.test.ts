import { deepEqual, equal } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { readDealsOfOrders } from '#operations/prices/read-orders.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'
import { declared } from '#test/support/prices.ts'
import { makeShops } from '#test/support/shops.ts'

const never = new AbortController().signal
const campaign = 'double11-2017'
let market: TestMarket

before(async () => {
  market = await openMarket()
  await makeShops(market.db, [{ shopId: 'A' }, { shopId: 'B' }])
})
after(() => market.close())

async function readOrders(now: string): Promise<number> {
  await untilOrdersAreRead(market.db)
  const { db, policies, market: where } = market
  return await readDealsOfOrders({ db, policies, market: where }, at(now), never)
}

function at(text: string): Temporal.Instant {
  return Temporal.Instant.from(`${text}+08:00`)
}

const share = (layer: string, off: string, more: object = {}) => {
  return { layer, instrument: layer, off, funder: 'shop:A', ...more }
}

test('PV-15 a recorded trade gives a deal for each line, once it is paid, by what was frozen', async () => {
  const line = { id: '1', sku: 'a1', shop: 'A', quantity: 2, price: '100.00' }
  const shares = [share('item', '10.00'), share('shop', '20.00'), share('allowance', '30.00')]
  const trade = {
    tradeId: 't1',
    lines: [
      { ...line, pay: '140.00', shares },
      { ...line, id: '2', sku: 'gift', quantity: 1, price: '0.00', pay: '0.00' },
    ],
  }
  await tell(
    market,
    [fact('lin', 'p1', 'trade.recorded', '2017-10-01T10:00:00+08:00', trade)],
    at('2017-10-01T10:00:01'),
  )
  await readOrders('2017-10-01T10:00:02')
  deepEqual(await deals('A'), [])
  await tell(
    market,
    [fact('lin', 'p2', 'trade.paid', '2017-10-01T11:00:00+08:00', { tradeId: 't1' })],
    at('2017-10-01T11:00:01'),
  )
  await readOrders('2017-10-01T11:00:02')
  deepEqual(await deals('A'), [
    't1-1/1 a1 2x19000 shop 2000 allowance 3000 - trade 2017-10-01 10:00',
  ])
  equal(await readOrders('2017-10-01T11:00:03'), 0)
})

test('PV-15 an order that was told has its price alone; refunded or written again it is the same deal', async () => {
  const lines = [{ id: '1', sku: 'b1', paid: '109.00' }]
  const time = '2017-10-02T10:00:00+08:00'
  await tell(
    market,
    [
      fact('lin', 'o1', 'order.placed', time, { orderId: 'o1', shopId: 'B', lines }),
      fact('lin', 'o2', 'order.paid', time, { orderId: 'o1' }),
    ],
    at('2017-10-02T10:00:01'),
  )
  await readOrders('2017-10-02T10:00:02')
  const told = ['o1/1 b1 1x10900 paid only - order 2017-10-02 10:00']
  deepEqual(await deals('B'), told)
  const refund = { orderId: 'o1', lines: [{ id: '1', amount: '109.00', quantity: 1 }] }
  await tell(
    market,
    [fact('lin', 'o3', 'refund.succeeded', '2017-10-03T10:00:00+08:00', refund)],
    at('2017-10-03T10:00:01'),
  )
  equal(await readOrders('2017-10-03T10:00:02'), 1)
  deepEqual(await deals('B'), told)
})

test('PV-16 what is declared and ordered on the day is of the campaign; the rest is not', async () => {
  await declared(market.db, campaign, [{ shopId: 'B', sku: 'b2', kind: 'spot', priceFen: 9_000 }])
  const order = (orderId: string, sku: string, time: string) => {
    const lines = [{ id: '1', sku, paid: '90.00' }]
    return [
      fact('lin', `${orderId}p`, 'order.placed', time, { orderId, shopId: 'B', lines }),
      fact('lin', `${orderId}d`, 'order.paid', time, { orderId }),
    ]
  }
  const facts = [
    ...order('o4', 'b2', '2017-11-10T23:59:59+08:00'),
    ...order('o5', 'b2', '2017-11-11T00:00:00+08:00'),
    ...order('o6', 'b3', '2017-11-11T00:00:00+08:00'),
    ...order('o7', 'b2', '2017-11-12T00:00:00+08:00'),
  ]
  await tell(market, facts, at('2017-11-12T00:00:01'))
  await readOrders('2017-11-12T00:00:02')
  const rows = await sql<{ told: string }>`
    select deal_id || ' ' || coalesce(event, '-') as told from jifen.deal
    where sku in ('b2', 'b3') order by deal_id
  `.execute(market.db)
  deepEqual(
    rows.rows.map((row) => row.told),
    ['o4/1 -', `o5/1 ${campaign}`, 'o6/1 -', 'o7/1 -'],
  )
})

test('PV-16 a line that was taken from what is locked for a campaign is of it, whenever it was ordered', async () => {
  const line = { id: '1', sku: 'taken', shop: 'A', quantity: 1, price: '80.00', pay: '80.00' }
  const trade = { tradeId: 'taken', lines: [line] }
  await tell(
    market,
    [
      fact('lin', 'taken1', 'trade.recorded', '2017-10-25T12:00:00+08:00', trade),
      fact('lin', 'taken2', 'trade.paid', '2017-10-25T12:01:00+08:00', { tradeId: 'taken' }),
    ],
    at('2017-10-25T12:02:00'),
  )
  await sql`
    insert into jifen.declared_use (
      member_id, use_id, campaign, shop_id, sku, kind, quantity, drawn, declared_fen, asked_fen,
      used_at, trade_id, line_id
    )
    values (
      'lin', 'line:taken/1', ${campaign}, 'A', 'taken', 'presale', 1, true, 8000, 8000,
      '2017-10-25T12:00:00+08:00', 'taken', '1'
    )
    on conflict do nothing
  `.execute(market.db)
  await readOrders('2017-10-25T12:03:00')
  const rows = await sql<{ event: string }>`
    select event from jifen.deal where sku = 'taken'
  `.execute(market.db)
  deepEqual(rows.rows, [{ event: campaign }])
})

test('PV-16 a trade that names a campaign is of it on its day, and of none before', async () => {
  const trade = (tradeId: string) => {
    const line = { id: '1', sku: tradeId, shop: 'A', quantity: 1, price: '80.00', pay: '80.00' }
    return { tradeId, campaign, lines: [line] }
  }
  const facts = ['2017-11-10', '2017-11-11'].flatMap((day) => [
    fact('lin', `${day}r`, 'trade.recorded', `${day}T12:00:00+08:00`, trade(`named-${day}`)),
    fact('lin', `${day}p`, 'trade.paid', `${day}T12:01:00+08:00`, { tradeId: `named-${day}` }),
  ])
  await tell(market, facts, at('2017-11-11T12:02:00'))
  await readOrders('2017-11-11T12:03:00')
  const rows = await sql<{ told: string }>`
    select sku || ' ' || coalesce(event, '-') as told from jifen.deal
    where sku like 'named-%' order by sku
  `.execute(market.db)
  deepEqual(
    rows.rows.map((row) => row.told),
    ['named-2017-11-10 -', `named-2017-11-11 ${campaign}`],
  )
})

async function deals(shopId: string): Promise<string[]> {
  const rows = await sql<{ told: string }>`
    select deal_id || ' ' || sku || ' ' || units || 'x' || price_fen
      || case when paid_only then ' paid only' else '' end
      || coalesce(' shop ' || shop_reduction_fen, '') || coalesce(' allowance ' || allowance_fen, '')
      || ' ' || coalesce(event, '-') || ' ' || source || ' '
      || to_char(ordered_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as told
    from jifen.deal where shop_id = ${shopId} order by deal_id
  `.execute(market.db)
  return rows.rows.map((row) => row.told)
}
