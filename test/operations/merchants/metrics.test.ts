import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { figuresRuns } from '#db/merchants/figures.ts'
import { touchOrders } from '#db/merchants/touch-orders.ts'
import { transact } from '#operations/_transact.ts'
import { dayOfNumber } from '#rules/time/day-numbers.ts'
import { counterNames } from '#rules/merchants/metrics/counter-names.ts'
import { countOrders } from '#operations/merchants/metrics/count-orders.ts'
import { figuresForDay } from '#operations/merchants/metrics/figures-for-day.ts'
import { shopFiguresOf } from '#operations/merchants/metrics/metrics-of.ts'
import type { Fact } from '#rules/orders/facts.ts'
import { untilOrdersAreRead } from '#test/support/order-feed.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'
import { makeShops } from '#test/support/shops.ts'

let market: TestMarket
before(async () => {
  market = await openMarket()
})
after(async () => await market.close())

const instant = (text: string) => Temporal.Instant.from(text)
const late = instant('2018-01-20T00:00:00+08:00')

type Bought = {
  readonly member: number
  readonly order: number
  readonly day: number
  readonly fen: number
  readonly shipHours: number | undefined
  readonly isReceived: boolean
  readonly rating: { readonly afterDays: number; readonly stars: number } | undefined
  readonly again: boolean
  readonly refundFen: number
  readonly dispute: 'none' | 'opened' | 'shop' | 'member'
  readonly isClosed: boolean
}

const anyBought: fc.Arbitrary<Bought> = fc.record({
  member: fc.integer({ min: 0, max: 2 }),
  order: fc.integer({ min: 0, max: 30 }),
  day: fc.integer({ min: 0, max: 40 }),
  fen: fc.integer({ min: 0, max: 20_000 }),
  shipHours: fc.option(fc.constantFrom(1, 47, 48, 49, 100), { nil: undefined }),
  isReceived: fc.boolean(),
  rating: fc.option(
    fc.record({
      afterDays: fc.constantFrom(0, 1, 14, 15, 16),
      stars: fc.integer({ min: 1, max: 5 }),
    }),
    { nil: undefined },
  ),
  again: fc.boolean(),
  refundFen: fc.integer({ min: 0, max: 20_000 }),
  dispute: fc.constantFrom('none', 'opened', 'shop', 'member'),
  isClosed: fc.boolean(),
})

const anyStory = fc
  .uniqueArray(anyBought, {
    minLength: 1,
    maxLength: 12,
    selector: ({ member, order }) => `${member} ${order}`,
  })
  .chain((bought) =>
    fc.record({
      bought: fc.constant(bought),
      order: fc.shuffledSubarray(
        Array.from({ length: 12 * bought.length }, (_, n) => n),
        { minLength: 12 * bought.length },
      ),
      batches: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
    }),
  )

/** The facts of a purchase, in the order of their times. */
function factsOf(run: string, shopId: string, bought: Bought): Fact[] {
  const { member, order, day, fen, shipHours, rating } = bought
  const memberId = `${run}-${member}`
  const orderId = `${run}-${member}-${order}`
  const placedAt = instant('2017-10-01T09:00:00+08:00').add({ hours: 24 * day })
  const at = (hours: number): string => placedAt.add({ hours }).toString()
  const say = (type: string, hours: number, data: object = {}, id: string = type) =>
    fact(memberId, `${orderId}/${id}`, type, at(hours), { orderId, ...data })
  const stars = (of: number) => ({ description: of, service: 6 - of, delivery: 3 })
  const refunded = Math.min(fen, bought.refundFen)
  const lines = [{ id: '1', sku: 's', category: 'apparel', paid: fen }]
  return [
    say('order.placed', 0, { shopId, lines }),
    say('order.paid', 0),
    ...(shipHours === undefined ? [] : [say('order.shipped', shipHours)]),
    ...(bought.isReceived ? [say('order.received', 120)] : []),
    ...(rating === undefined
      ? []
      : [
          say(
            'review.posted',
            120 + 24 * rating.afterDays,
            { ratings: stars(rating.stars) },
            'rated',
          ),
        ]),
    ...(rating !== undefined && bought.again
      ? [say('review.posted', 500, { ratings: stars(5) }, 'rated-again')]
      : []),
    ...(refunded > 0
      ? [say('refund.succeeded', 200, { lines: [{ id: '1', amount: refunded }] })]
      : []),
    ...(bought.dispute === 'none' ? [] : [say('dispute.opened', 210, { disputeId: 'd' })]),
    ...(bought.dispute === 'shop' || bought.dispute === 'member'
      ? [say('dispute.decided', 230, { disputeId: 'd', against: bought.dispute })]
      : []),
    ...(bought.isClosed ? [say('order.closed', 300)] : []),
  ]
}

/** What the days of a shop must add up to, told in plain words once more. */
function reference(run: string, all: readonly Bought[]): Record<string, number> {
  const sums: Record<string, number> = Object.fromEntries(counterNames.map((name) => [name, 0]))
  const add = (name: string, amount: number) => (sums[name] = (sums[name] ?? 0) + amount)
  const rated: { pair: string; month: string; at: number; orderId: string; stars: number }[] = []
  for (const bought of all) {
    const refunded = Math.min(bought.fen, bought.refundFen)
    const kept = bought.isClosed ? 0 : bought.fen - refunded
    add('paidOrders', 1)
    add('paidFen', bought.fen)
    add('refundedOrders', refunded > 0 || bought.isClosed ? 1 : 0)
    add('refundedFen', bought.fen - kept)
    add('shipDue', 1)
    add('shippedInTime', bought.shipHours !== undefined && bought.shipHours <= 48 ? 1 : 0)
    if (bought.isReceived && kept > 0) {
      add('soldOrders', 1)
      add('soldFen', kept)
    }
    if (bought.dispute !== 'none') add('disputesOpened', 1)
    if (bought.dispute === 'shop') add('disputesLost', 1)
    const { rating } = bought
    const isTimely = bought.isReceived && rating !== undefined && rating.afterDays < 15
    // Closed 300 hours after the order: what is posted from then on is of a closed order.
    const isClosedBefore =
      bought.isClosed && rating !== undefined && 120 + 24 * rating.afterDays >= 300
    if (isTimely && !isClosedBefore) {
      const receivedAt = instant('2017-10-01T09:00:00+08:00').add({ hours: 24 * bought.day + 120 })
      const month = receivedAt
        .toZonedDateTimeISO('Asia/Shanghai')
        .toPlainDate()
        .toString()
        .slice(0, 7)
      const orderId = `${run}-${bought.member}-${bought.order}`
      const pair = String(bought.member)
      rated.push({ pair, month, at: receivedAt.epochMilliseconds, orderId, stars: rating.stars })
    }
  }
  for (const ofMonth of Map.groupBy(rated, ({ pair, month }) => `${pair} ${month}`).values()) {
    const first = ofMonth
      .toSorted((a, b) => a.at - b.at || (a.orderId < b.orderId ? -1 : 1))
      .slice(0, 3)
    for (const { stars } of first) {
      add('ratings', 1)
      add('descriptionStars', stars)
      add('serviceStars', 6 - stars)
      add('deliveryStars', 3)
    }
  }
  return sums
}

async function sumsOf(shopId: string): Promise<Record<string, number>> {
  const columns = counterNames.map((name) => {
    const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    return sql`coalesce(sum(${sql.ref(column)}), 0)::bigint as ${sql.ref(name)}`
  })
  const rows = await sql<Record<string, number>>`
    select ${sql.join(columns)} from jifen.shop_day where shop_id = ${shopId}
  `.execute(market.db)
  return rows.rows[0] ?? {}
}

let runs = 0

test('MM-2 MM-4 facts in any order, told twice and in any batches count to the same figures', async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, async ({ bought, order, batches }) => {
      const run = `r${(runs += 1)}`
      const shopId = `shop-${run}`
      const facts = bought.flatMap((each) => factsOf(run, shopId, each))
      const told = order.flatMap((index) => facts[index] ?? [])
      const twice = [...told, ...told.slice(0, 3)]
      let from = 0
      for (let turn = 0; from < twice.length; turn += 1) {
        const size = batches[turn % batches.length] ?? 1
        await tell(market, twice.slice(from, from + size), late)
        from += size
        await countOrders(market, { ordersAtOnce: 1 + (turn % 3) })
      }
      await untilOrdersAreRead(market.db)
      await countOrders(market)
      deepEqual(await sumsOf(shopId), reference(run, bought))
    }),
    { numRuns: 25 },
  )
})

test('MM-1 MM-10 what was counted before the day becomes the figures of shops', async () => {
  await makeShops(market.db, [{ shopId: 'lily' }, { shopId: 'rose' }])
  const buy = (shopId: string, order: number, stars: number, shipHours: number) => {
    const bought = { member: 0, order, day: 30, fen: 10_000, shipHours, isReceived: true }
    const rest = { again: false, refundFen: 0, dispute: 'none' as const, isClosed: false }
    return factsOf(`f-${shopId}`, shopId, { ...bought, ...rest, rating: { afterDays: 1, stars } })
  }
  const facts = [...buy('lily', 1, 5, 20), ...buy('lily', 2, 4, 60), ...buy('rose', 1, 3, 20)]
  await tell(market, facts, late)
  await untilOrdersAreRead(market.db)
  await countOrders(market)
  const at = instant('2017-11-20T10:00:00+08:00')
  const made = await figuresForDay(market, at)
  ok(made.ok && made.made)
  const figures = await shopFiguresOf(market.db, market, ['lily', 'rose', 'nobody'], at)
  deepEqual([...figures.keys()], ['lily', 'rose'])
  deepEqual(figures.get('lily')?.dsr.description, { numerator: 9, denominator: 2 })
  deepEqual(figures.get('lily')?.['shipping48h'], { numerator: 1, denominator: 2 })
  deepEqual(figures.get('lily')?.sales['days30'], { fen: 20_000, orders: 2, buyers: 1 })
  equal(figures.get('lily')?.ranking?.of, 2)
})

test('MM-10 figures of a day are made once, and again when the past has changed and the time is over', async () => {
  const at = instant('2017-12-05T01:00:00+08:00')
  const made = await figuresForDay(market, at)
  ok(made.ok && made.made)
  const again = await figuresForDay(market, at.add({ hours: 2 }))
  ok(again.ok && !again.made)
  const bought = { member: 7, order: 1, day: 40, fen: 500, shipHours: 1, isReceived: true } as const
  const rest = { rating: undefined, again: false, refundFen: 0, isClosed: false } as const
  await tell(market, factsOf('late', 'lily', { ...bought, ...rest, dispute: 'none' }), late)
  await untilOrdersAreRead(market.db)
  await countOrders(market)
  const soon = await figuresForDay(market, at.add({ minutes: 9 }))
  ok(soon.ok && !soon.made && soon.run.stale)
  const later = await figuresForDay(market, at.add({ hours: 3 }))
  ok(later.ok && later.made && !later.run.stale)
})

test('MM-10 figures of thirteen days are kept, and those of Mondays for as many weeks', async () => {
  // The first of January of 2018 is a Monday.
  for (const day of ['2018-01-01', '2018-01-02', '2018-01-14', '2018-01-15']) {
    await figuresForDay(market, instant(`${day}T01:00:00+08:00`))
  }
  const kept = (await figuresRuns(market.db)).map((run) => dayOfNumber(run.day).toString())
  deepEqual(
    kept.filter((day) => day.startsWith('2018')),
    ['2018-01-15', '2018-01-14', '2018-01-01'],
  )
})

test('MM-9 a closed shop is compared with nobody', async () => {
  await makeShops(market.db, [
    { shopId: 'open-1', mainCategory: 'toys' },
    { shopId: 'open-2', mainCategory: 'toys' },
    { shopId: 'closed', mainCategory: 'toys', status: 'closed' },
  ])
  const at = instant('2017-11-20T10:00:00+08:00')
  await figuresForDay(market, at, { again: true })
  const figures = await shopFiguresOf(market.db, market, ['open-1', 'closed'], at)
  equal(figures.get('open-1')?.standings['openDays']?.of, 2)
  equal(figures.get('closed')?.standings['openDays']?.of, 1)
})

test('MM-1 what was before the day on which metrics begin anew counts no more', async () => {
  const at = instant('2017-11-20T10:00:00+08:00')
  await sql`
    insert into jifen.shop_metrics_since (shop_id, since, cause)
    values ('rose', '2017-11-19T00:00:00+08:00', 'test')
  `.execute(market.db)
  await figuresForDay(market, at, { again: true })
  const figures = await shopFiguresOf(market.db, market, ['lily', 'rose'], at)
  equal(figures.get('rose')?.dsr.description, undefined)
  deepEqual(figures.get('rose')?.sales['days30'], { fen: 0, orders: 0, buyers: 0 })
  deepEqual(figures.get('lily')?.dsr.description, { numerator: 9, denominator: 2 })
})

test('MM-14 returns that were asked for count on the day of their money, with the time they took', async () => {
  await makeShops(market.db, [{ shopId: 'returns' }])
  const bought = { member: 8, order: 1, day: 30, fen: 500, shipHours: 1, isReceived: true } as const
  const rest = { rating: undefined, again: false, refundFen: 0, isClosed: false } as const
  await tell(market, factsOf('back', 'returns', { ...bought, ...rest, dispute: 'none' }), late)
  const insert = (id: string, kind: string, closedAt: string) => sql`
    insert into jifen.return_request (
      member_id, return_id, order_id, trade_id, shop_id, fingerprint, kind, reason, with_freight,
      amount_fen, refunded_fen, terms, steps, policy, status, asked_at, closed_at, outcome
    )
    values ('back-8', ${id}, 'back-8-1', 'back-8-1', 'returns', '', ${kind}, 'other', false, 500, 500,
      '{}', 1, 'timeouts@1', 'ended', '2017-11-08T00:00:00+08:00', ${closedAt}, 'refunded')
  `
  await insert('r-1', 'refund', '2017-11-09T12:00:00+08:00').execute(market.db)
  await insert('r-2', 'return', '2017-11-12T00:00:00+08:00').execute(market.db)
  await transact(market.db, (tx) => touchOrders(tx, [{ memberId: 'back-8', orderId: 'back-8-1' }]))
  await untilOrdersAreRead(market.db)
  await countOrders(market)
  const at = instant('2017-11-20T10:00:00+08:00')
  await figuresForDay(market, at, { again: true })
  const figures = (await shopFiguresOf(market.db, market, ['returns'], at)).get('returns')
  deepEqual(figures?.['refundHours'], { numerator: 36 * 3_600_000, denominator: 3_600_000 })
  deepEqual(figures?.['returnHours'], { numerator: 96 * 3_600_000, denominator: 3_600_000 })
})
