import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import {
  endOfNovember,
  openBadgeMarket,
  purchase,
  share,
  testPolicy,
} from '#test/support/badge-market.ts'
import { behaviour } from '#test/support/badges.ts'
import { bringInForce, forEach } from '#test/support/issuing.ts'
import { tell, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openBadgeMarket()
})
after(async () => await market.close())

test('What is told while members are counted is counted in the end', async () => {
  const some = Array.from({ length: 8 }, (_, n) => `busy-${n}`)
  let telling = true
  const counting = (async () => {
    while (telling) await settleBadges(market, endOfNovember)
  })()
  await forEach(some, async (memberId) => {
    for (let day = 1; day <= 9; day += 1) {
      const facts = [share(memberId, `s${day}`, day, 0), ...purchase(memberId, `o${day}`, day)]
      await tell(market, facts, endOfNovember)
    }
  })
  telling = false
  await counting
  await settleBadges(market, endOfNovember)
  for (const memberId of some) {
    const { rows } = await sql<{ told: number }>`
      select sum(told)::int as told from jifen.behaviour_day where member_id = ${memberId}
    `.execute(market.db)
    equal(rows[0]?.told, 18, memberId)
  }
})

test('A new version of the policy has everybody counted again', async () => {
  const behaviours = { ...testPolicy.behaviours, share: behaviour(7, 3, 6) }
  const from = Temporal.Instant.from('2017-12-04T00:00:00+08:00')
  const later = Temporal.Instant.from('2017-12-06T10:00:00+08:00')
  await bringInForce(market, 'badges', { ...testPolicy, behaviours }, from)
  const counted = await settleBadges(market, later)
  ok(counted >= 8, String(counted))
  equal(await settleBadges(market, later), 0)
  const { rows } = await sql`select from jifen.badge_points where policy <> 3`.execute(market.db)
  equal(rows.length, 0)
})

test('A member of very many facts rests before it is counted again; others do not', async () => {
  await sql`
    insert into jifen.member_event
    select 'bot', 'shop', 'e' || n, 'jifen.interaction.recorded.v1', '', null,
      timestamptz '2017-11-01T00:00:00Z' + n * interval '1 minute', now(), 'applied',
      '{"kind":"share"}', '{}'
    from generate_series(1, 6000) as n
  `.execute(market.owner)
  await tell(market, [share('bot', 'a', 8, 0)], endOfNovember)
  ok((await settleBadges(market, endOfNovember)) >= 1)
  await tell(market, [share('bot', 'b', 8, 1), share('calm', 'b', 8, 1)], endOfNovember)
  equal(await settleBadges(market, endOfNovember), 1)
  const { rows } = await sql`select member_id from jifen.badge_due`.execute(market.db)
  deepEqual(rows, [{ member_id: 'bot' }])
  await new Promise((resolve) => setTimeout(resolve, 3_200))
  equal(await settleBadges(market, endOfNovember), 1)
})
