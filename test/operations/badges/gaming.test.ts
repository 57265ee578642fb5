import { deepEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { crowdOf, type Crowd } from '#test/support/gamers.ts'
import { openMarket, tell, type TestMarket } from '#test/support/market.ts'

const now = Temporal.Instant.from('2017-12-05T10:00:00+08:00')
const factsAtOnce = 500

/** Of honest members, how many may be asked about: one in a hundred. */
const falseAlarms = 0.01

let market: TestMarket
let crowd: Crowd
let found: ReadonlyMap<string, readonly string[]>

before(async () => {
  market = await openMarket()
  crowd = crowdOf(20_171_111, 300)
  for (let from = 0; from < crowd.facts.length; from += factsAtOnce) {
    await tell(market, crowd.facts.slice(from, from + factsAtOnce), now)
  }
  await settleBadges(market, now)
  const { rows } = await sql<{ member: string; rule: string }>`
    select member_id as member, rule from jifen.suspicion where status = 'open' order by rule
  `.execute(market.db)
  const byMember = Map.groupBy(rows, (row) => row.member)
  found = new Map([...byMember].map(([member, of]) => [member, of.map((row) => row.rule)]))
})
after(async () => await market.close())

test('BG-8 to BG-11 every planted gamer of a crowd is found, by the rule that watches for it', () => {
  const missed = [...crowd.planted].filter(([memberId, rules]) => {
    const by = found.get(memberId) ?? []
    return !rules.every((rule) => by.includes(rule))
  })
  deepEqual(missed, [])
})

test('Of honest members, at most one in a hundred waits for a reviewer', () => {
  const asked = crowd.honest.filter((memberId) => found.has(memberId))
  ok(asked.length <= falseAlarms * crowd.honest.length, asked.join(' '))
})
