import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { decideSuspicion } from '#operations/badges/decide-suspicion.ts'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { verifyBadges } from '#operations/badges/verify-badges.ts'
import { viewBadges } from '#operations/badges/view-badges.ts'
import {
  endOfNovember,
  keptOf,
  openBadgeMarket,
  purchase,
  share,
  toldTo,
} from '#test/support/badge-market.ts'
import { tell, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openBadgeMarket()
})
after(async () => await market.close())

test('BG-12 what is struck counts nowhere; cleared by another, all is as if nobody had asked', async () => {
  const shares = (memberId: string, data: object = {}) =>
    [1, 2, 3, 4, 5, 6].map((minute) => share(memberId, `s${minute}`, 5, minute, data))
  const honest = [share('bo', 'x', 4, 0), ...purchase('bo', 'a', 3)]
  await tell(market, [...honest, ...shares('bo')], endOfNovember)
  await settleBadges(market, endOfNovember)
  const suspected = await viewBadges(market, 'bo', endOfNovember)
  ok(suspected.ok)
  deepEqual(suspected.waiting, { share: 6 })
  equal(suspected.points, 11)
  deepEqual(
    suspected.awards.map(({ badge: name, waits }) => [name, waits]),
    [
      ['buyer', false],
      ['voice', true],
    ],
  )
  const waiting = await keptOf(market, 'bo')

  const decide = (decision: 'clear' | 'strike', reviewer: string) => {
    const asked = { memberId: 'bo', suspicionId: 'burst.1', decision, reason: 'test', reviewer }
    return decideSuspicion(market, { ...asked, at: endOfNovember })
  }
  ok((await decide('strike', 'ann')).ok)
  const struck = await viewBadges(market, 'bo', endOfNovember)
  ok(struck.ok)
  equal(struck.points, 11)
  deepEqual(struck.waiting, {})
  deepEqual(
    struck.awards.map((award) => award.badge),
    ['buyer'],
  )
  equal(await struckFacts('bo'), 6)
  equal(await scoreShares('bo'), 1)
  notEqual(JSON.stringify(await keptOf(market, 'bo')), JSON.stringify(waiting))

  deepEqual(await decide('clear', 'ann'), { ok: false, refusal: 'badges/same-reviewer' })
  ok((await decide('clear', 'cat')).ok)
  equal(await struckFacts('bo'), 0)
  equal(await scoreShares('bo'), 7)
  const cleared = await viewBadges(market, 'bo', endOfNovember)
  ok(cleared.ok)
  equal(cleared.points, 14)
  equal(
    cleared.awards.every((award) => !award.waits),
    true,
  )
  await settleBadges(market, endOfNovember)
  equal(((await keptOf(market, 'bo')) as { points: unknown[] }).points[0], 14)
  const told = (await toldTo(market, 'bo')).map(([, type]) => type)
  ok(told.includes('behaviour.struck') && told.includes('behaviour.restored'))

  ok((await decide('strike', 'ann')).ok)
  ok((await decide('clear', 'cat')).ok)
  equal(((await keptOf(market, 'bo')) as { points: unknown[] }).points[0], 14)
})

async function struckFacts(memberId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from jifen.struck_fact where member_id = ${memberId}
  `.execute(market.db)
  return rows[0]?.n ?? 0
}

/** The number of shares among the kinds that are kept ready for the score. */
const kindOfShares = 1

/** How many shares the score counts of a member. */
async function scoreShares(memberId: string): Promise<number> {
  const { rows } = await sql<{ facts: string }>`
    select facts from jifen.score_facts where member_id = ${memberId}
  `.execute(market.db)
  const lists = JSON.parse(rows[0]?.facts ?? '[]') as (number | string)[][]
  const [kinds = [], counts = []] = lists.slice(7, 9)
  return kinds.reduce((sum: number, kind, nth) => {
    return kind === kindOfShares ? sum + Number(counts[nth]) : sum
  }, 0)
}

test('BG-9 a ring is found across members, and what waits is what lies in it', async () => {
  const seen = { device: 'the same telephone', subject: 'item-9' }
  const own = { subject: 'item-9' }
  for (const [index, memberId] of ['ra', 'rb', 'rc', 'rd'].entries()) {
    const data = index < 3 ? seen : own
    const shares = [share(memberId, 's', 6, index, data), share(memberId, 't', 7, 0)]
    await tell(market, shares, endOfNovember)
    await settleBadges(market, endOfNovember)
  }
  for (const memberId of ['ra', 'rb', 'rc', 'rd']) {
    const view = await viewBadges(market, memberId, endOfNovember)
    ok(view.ok)
    deepEqual(view.waiting, memberId === 'rd' ? {} : { share: 1 }, memberId)
  }
  const { rows } = await sql<{ text: string }>`
    select string_agg(row_to_json(s)::text, ' ') || string_agg(row_to_json(d)::text, ' ') as text
    from jifen.suspicion s, jifen.device_sighting d
  `.execute(market.db)
  equal(rows[0]?.text.includes('telephone'), false)
})

test('Verifying finds nothing wrong after all that was decided', async () => {
  deepEqual(await verifyBadges(market, { all: true }), [])
})
