import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { decideSuspicion } from '#operations/badges/decide-suspicion.ts'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { verifyBadges } from '#operations/badges/verify-badges.ts'
import { viewBadges } from '#operations/badges/view-badges.ts'
import type { Fact } from '#rules/orders/facts.ts'
import { badge, behaviour } from '#test/support/badges.ts'
import { bringInForce, forEach } from '#test/support/issuing.ts'
import { fact, openMarket, tell, type TestMarket } from '#test/support/market.ts'

const now = Temporal.Instant.from('2017-11-30T10:00:00+08:00')

const policy = {
  behaviours: {
    purchase: behaviour(10, 2, 5),
    review: behaviour(3, 2),
    highValueReview: behaviour(5, 1),
    share: behaviour(1, 3, 6),
  },
  badges: {
    buyer: badge({ count: 'times', of: 'purchase' }, { bronze: 1, silver: 3 }),
    reviewer: badge({ count: 'times', of: 'review' }, { bronze: 2, silver: 4 }),
    voice: badge({ count: 'days', of: 'share', withinDays: 7 }, { bronze: 2, silver: 4 }),
    explorer: badge({ count: 'categories' }, { bronze: 2 }),
  },
  levels: {
    by: 'points',
    ladder: [
      { name: 'L1', title: { zh: '一', en: 'One' }, from: 10 },
      { name: 'L2', title: { zh: '二', en: 'Two' }, from: 30 },
    ],
  },
  watch: [
    { name: 'burst', kind: 'burst', of: ['share'], moreThan: 4, within: 'PT1H' },
    { name: 'ring', kind: 'ring', of: ['share'], moreThan: 2, within: 'P1D', on: 'subject' },
    { name: 'no-order', kind: 'reviewWithoutOrder', moreThan: 1, within: 'P30D' },
  ],
}

let market: TestMarket
before(async () => {
  market = await openMarket()
  await bringInForce(market, 'badges', policy)
})
after(async () => await market.close())

const at = (day: number, minute: number): string =>
  `2017-11-${String(day).padStart(2, '0')}T10:${String(minute).padStart(2, '0')}:00+08:00`

function purchase(memberId: string, orderId: string, day: number, category = 'c'): Fact[] {
  const lines = [{ id: '1', sku: 'sku', category, paid: '30.00' }]
  const placed = { orderId, shopId: 'shop', paidAt: at(day, 0), lines }
  return [
    fact(memberId, `${orderId}/placed`, 'order.placed', at(day, 0), placed),
    fact(memberId, `${orderId}/received`, 'order.received', at(day, 1), { orderId }),
  ]
}

function refund(memberId: string, orderId: string, day: number): Fact {
  const lines = [{ id: '1', amount: '30.00', quantity: 1 }]
  return fact(memberId, `${orderId}/back`, 'refund.succeeded', at(day, 5), { orderId, lines })
}

function review(memberId: string, id: string, day: number, data: object): Fact {
  return fact(memberId, id, 'review.posted', at(day, 10), { ...data })
}

function share(memberId: string, id: string, day: number, minute: number, data: object = {}): Fact {
  return fact(memberId, id, 'interaction.recorded', at(day, minute), { kind: 'share', ...data })
}

/** Everything that is kept of a member's badges, without when it was counted and how often told. */
async function keptOf(memberId: string): Promise<object> {
  const { rows } = await sql<{ kept: string }>`
    select json_build_object(
      'points', (
        select json_build_array(points, badges, level, waiting)
        from jifen.badge_points where member_id = ${memberId}
      ),
      'awards', (
        select json_agg(json_build_array(badge, step, status, reached_on) order by badge, step)
        from jifen.badge_award where member_id = ${memberId} and status <> 'withdrawn'
      ),
      'days', (
        select json_agg(
          json_build_array(behaviour, day, told, waiting, struck, counted, points, at_cap)
          order by behaviour, day
        ) from jifen.behaviour_day where member_id = ${memberId}
      ),
      'suspects', (
        select json_agg(json_build_array(rule, event_id) order by rule, event_id)
        from jifen.suspect_fact where member_id = ${memberId}
      )
    ) as kept
  `.execute(market.db)
  return JSON.parse(rows[0]?.kept ?? '{}') as object
}

const anyStep = fc.oneof(
  fc.record({
    step: fc.constant('buy' as const),
    order: fc.integer({ min: 0, max: 4 }),
    day: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    step: fc.constant('refund' as const),
    order: fc.integer({ min: 0, max: 4 }),
    day: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    step: fc.constant('review' as const),
    order: fc.integer({ min: 0, max: 6 }),
    day: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    step: fc.constant('share' as const),
    order: fc.integer({ min: 0, max: 59 }),
    day: fc.integer({ min: 1, max: 8 }),
  }),
)

const anyStory = fc.uniqueArray(anyStep, {
  minLength: 4,
  maxLength: 24,
  selector: ({ step, order, day }) =>
    step === 'share' || step === 'review' ? `${step} ${order} ${day}` : `${step} ${order}`,
})

type Story = readonly {
  readonly step: 'buy' | 'refund' | 'review' | 'share'
  readonly order: number
  readonly day: number
}[]

function factsOf(memberId: string, story: Story): Fact[] {
  const bought = new Set(story.flatMap((each) => (each.step === 'buy' ? each.order : [])))
  return story.flatMap(({ step, order, day }): Fact[] => {
    const orderId = `o${order}`
    if (step === 'buy') return purchase(memberId, orderId, day, `c${order % 2}`)
    // A refund of what was never bought would wait for ever.
    if (step === 'refund') return bought.has(order) ? [refund(memberId, orderId, 28)] : []
    if (step === 'share') return [share(memberId, `s${order}-${day}`, day, order)]
    const named = order > 4 ? {} : { orderId, highValue: order % 2 === 0 }
    return [review(memberId, `r${order}-${day}`, day, named)]
  })
}

let members = 0

test('BG-6 facts told in any order, twice, and counted in between, give the same badges', async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, fc.infiniteStream(fc.nat()), async (story, random) => {
      members += 1
      const [one, other] = [`one-${members}`, `other-${members}`]
      await tell(market, factsOf(one, story), now)
      await settleBadges(market, now)

      const facts = factsOf(other, story)
      const keyed = [...facts, ...facts].map((each) => [random.next().value ?? 0, each] as const)
      const mixed = keyed.toSorted(([a], [b]) => a - b).map(([, each]) => each)
      for (let from = 0; from < mixed.length; from += 5) {
        await tell(market, mixed.slice(from, from + 5), now)
        await settleBadges(market, now)
      }
      // Told in another order, a fact may be refused that the first order allowed, never the reverse.
      deepEqual(await keptOf(other), await keptOf(one))
    }),
    { numRuns: 25 },
  )
})

test('BG-4 what counts never exceeds the maxima of day and month', async () => {
  const { rows } = await sql`
    select member_id from jifen.behaviour_day
    where (behaviour = 'purchase' and counted > 2) or (behaviour = 'review' and counted > 2)
      or (behaviour = 'share' and counted > 3) or (behaviour = 'highValueReview' and counted > 1)
    union
    select member_id from jifen.behaviour_day where behaviour in ('purchase', 'share')
    group by member_id, behaviour, date_trunc('month', day)
    having sum(counted) > case behaviour when 'purchase' then 5 else 6 end
  `.execute(market.db)
  deepEqual(rows, [])
})

test('BG-6 refunding takes back exactly what the purchase gave, and tells it', async () => {
  const facts = [...purchase('ning', 'a', 3), review('ning', 'ra', 4, { orderId: 'a' })]
  await tell(market, facts, now)
  await settleBadges(market, now)
  const before = await keptOf('ning')

  await tell(
    market,
    [...purchase('ning', 'b', 5, 'd'), review('ning', 'rb', 6, { orderId: 'b' })],
    now,
  )
  await settleBadges(market, now)
  notEqual(JSON.stringify(await keptOf('ning')), JSON.stringify(before))
  await tell(market, [refund('ning', 'b', 8)], now)
  await settleBadges(market, now)
  const view = await viewBadges(market, 'ning', now)
  ok(view.ok)
  equal(view.points, 13)
  deepEqual(await toldTo('ning'), [
    ['badge-level:1', 'badgeLevel.changed'],
    ['badge:buyer/bronze:1', 'badge.awarded'],
    ['badge:explorer/bronze:1', 'badge.awarded'],
    ['badge:explorer/bronze:2', 'badge.withdrawn'],
    ['badge:reviewer/bronze:1', 'badge.awarded'],
    ['badge:reviewer/bronze:2', 'badge.withdrawn'],
  ])
})

async function toldTo(memberId: string): Promise<string[][]> {
  const { rows } = await sql<{ id: string; type: string }>`
    select announcement_id as id, type from jifen.announcement
    where member_id = ${memberId} and type ~ 'badge|behaviour'
    order by announcement_id collate "C"
  `.execute(market.db)
  return rows.map(({ id, type }) => [id, type.replace(/^jifen\.|\.v1$/g, '')])
}

test('BG-12 what is struck counts nowhere; cleared by another, all is as if nobody had asked', async () => {
  const shares = (memberId: string, data: object = {}) =>
    [1, 2, 3, 4, 5, 6].map((minute) => share(memberId, `s${minute}`, 5, minute, data))
  const honest = [share('bo', 'x', 4, 0), ...purchase('bo', 'a', 3)]
  await tell(market, [...honest, ...shares('bo')], now)
  await settleBadges(market, now)
  const suspected = await viewBadges(market, 'bo', now)
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
  const waiting = await keptOf('bo')

  const decide = (decision: 'clear' | 'strike', reviewer: string) => {
    const asked = { memberId: 'bo', suspicionId: 'burst.1', decision, reason: 'test', reviewer }
    return decideSuspicion(market, { ...asked, at: now })
  }
  ok((await decide('strike', 'ann')).ok)
  const struck = await viewBadges(market, 'bo', now)
  ok(struck.ok)
  equal(struck.points, 11)
  deepEqual(struck.waiting, {})
  deepEqual(
    struck.awards.map((award) => award.badge),
    ['buyer'],
  )
  equal(await struckFacts('bo'), 6)
  equal(await scoreShares('bo'), 1)
  notEqual(JSON.stringify(await keptOf('bo')), JSON.stringify(waiting))

  deepEqual(await decide('clear', 'ann'), { ok: false, refusal: 'badges/same-reviewer' })
  ok((await decide('clear', 'cat')).ok)
  equal(await struckFacts('bo'), 0)
  equal(await scoreShares('bo'), 7)
  const cleared = await viewBadges(market, 'bo', now)
  ok(cleared.ok)
  equal(cleared.points, 14)
  equal(
    cleared.awards.every((award) => !award.waits),
    true,
  )
  await settleBadges(market, now)
  equal(((await keptOf('bo')) as { points: unknown[] }).points[0], 14)
  const told = (await toldTo('bo')).map(([, type]) => type)
  ok(told.includes('behaviour.struck') && told.includes('behaviour.restored'))

  ok((await decide('strike', 'ann')).ok)
  ok((await decide('clear', 'cat')).ok)
  equal(((await keptOf('bo')) as { points: unknown[] }).points[0], 14)
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
  return kinds.reduce((sum: number, kind, at_) => {
    return kind === kindOfShares ? sum + Number(counts[at_]) : sum
  }, 0)
}

test('BG-9 a ring is found across members, and what waits is what lies in it', async () => {
  const seen = { device: 'the same telephone', subject: 'item-9' }
  const own = { subject: 'item-9' }
  for (const [index, memberId] of ['ra', 'rb', 'rc', 'rd'].entries()) {
    const data = index < 3 ? seen : own
    await tell(market, [share(memberId, 's', 6, index, data), share(memberId, 't', 7, 0)], now)
    await settleBadges(market, now)
  }
  for (const memberId of ['ra', 'rb', 'rc', 'rd']) {
    const view = await viewBadges(market, memberId, now)
    ok(view.ok)
    deepEqual(view.waiting, memberId === 'rd' ? {} : { share: 1 }, memberId)
  }
  const { rows } = await sql<{ text: string }>`
    select string_agg(row_to_json(s)::text, ' ') || string_agg(row_to_json(d)::text, ' ') as text
    from jifen.suspicion s, jifen.device_sighting d
  `.execute(market.db)
  equal(rows[0]?.text.includes('telephone'), false)
})

test('BG-15 a sealed member gets no badge until it is unsealed', async () => {
  await tell(
    market,
    [fact('sun', 'seal', 'member.sealed', at(2, 0), {}), ...purchase('sun', 'a', 3)],
    now,
  )
  await settleBadges(market, now)
  deepEqual(await toldTo('sun'), [])
  await tell(market, [fact('sun', 'unseal', 'member.unsealed', at(4, 0), {})], now)
  await settleBadges(market, now)
  deepEqual(
    (await toldTo('sun')).map(([, type]) => type),
    ['badgeLevel.changed', 'badge.awarded'],
  )
})

test('What is told while members are counted is counted in the end', async () => {
  const some = Array.from({ length: 8 }, (_, at_) => `busy-${at_}`)
  let telling = true
  const counting = (async () => {
    while (telling) await settleBadges(market, now)
  })()
  await forEach(some, async (memberId) => {
    for (let day = 1; day <= 9; day += 1) {
      await tell(
        market,
        [share(memberId, `s${day}`, day, 0), ...purchase(memberId, `o${day}`, day)],
        now,
      )
    }
  })
  telling = false
  await counting
  await settleBadges(market, now)
  for (const memberId of some) {
    const { rows } = await sql<{ told: number }>`
      select sum(told)::int as told from jifen.behaviour_day where member_id = ${memberId}
    `.execute(market.db)
    equal(rows[0]?.told, 18, memberId)
  }
})

test('Verifying finds a badge that no fact earned, and a fact that nobody struck', async () => {
  deepEqual(await verifyBadges(market, {}), [])
  await sql`
    update jifen.badge_points set points = points + 1 where member_id = 'ning'
  `.execute(market.owner)
  await sql`
    insert into jifen.struck_fact values ('bo', 'shop', 'x', 'burst.1', now())
  `.execute(market.owner)
  const faults = await verifyBadges(market, {})
  deepEqual(
    faults.map((each) => each.memberId),
    ['ning', 'bo'],
  )
  await sql`
    update jifen.badge_points set points = points - 1 where member_id = 'ning'
  `.execute(market.owner)
  await sql`
    delete from jifen.struck_fact where member_id = 'bo' and event_id = 'x'
  `.execute(market.owner)
  deepEqual(await verifyBadges(market, { memberId: 'ning' }), [])
  deepEqual(await verifyBadges(market, { all: true }), [])
})

test('A new version of the policy has everybody counted again', async () => {
  const changed = { ...policy, behaviours: { ...policy.behaviours, share: behaviour(7, 3, 6) } }
  const from = Temporal.Instant.from('2017-12-04T00:00:00+08:00')
  const later = Temporal.Instant.from('2017-12-06T10:00:00+08:00')
  await bringInForce(market, 'badges', changed, from)
  const counted = await settleBadges(market, later)
  ok(counted > 40, String(counted))
  equal(await settleBadges(market, later), 0)
  const { rows } = await sql`select from jifen.badge_points where policy <> 3`.execute(market.db)
  equal(rows.length, 0)
})

test('BG-5 a badge that the policy no longer has is held by who reached it', async () => {
  const { buyer: _, ...others } = policy.badges
  const from = Temporal.Instant.from('2017-12-08T00:00:00+08:00')
  const later = Temporal.Instant.from('2017-12-09T10:00:00+08:00')
  await bringInForce(market, 'badges', { ...policy, badges: others }, from)
  const view = await viewBadges(market, 'bo', later)
  ok(view.ok)
  ok(view.awards.some((award) => award.badge === 'buyer' && !award.waits))
  deepEqual(
    view.progress.find((each) => each.badge === 'buyer'),
    { badge: 'buyer', have: 0 },
  )
  equal(view.titles.get('buyer')?.en, 'Badge')
})

test('A member of very many facts rests before it is counted again; others do not', async () => {
  await sql`
    insert into jifen.member_event
    select 'bot', 'shop', 'e' || n, 'jifen.interaction.recorded.v1', '', null,
      timestamptz '2017-11-01T00:00:00Z' + n * interval '1 minute', now(), 'applied',
      '{"kind":"share"}', '{}'
    from generate_series(1, 6000) as n
  `.execute(market.owner)
  await tell(market, [share('bot', 'a', 8, 0)], now)
  ok((await settleBadges(market, now)) >= 1)
  await tell(market, [share('bot', 'b', 8, 1), share('calm', 'b', 8, 1)], now)
  equal(await settleBadges(market, now), 1)
  const { rows } = await sql`select member_id from jifen.badge_due`.execute(market.db)
  deepEqual(rows, [{ member_id: 'bot' }])
  await new Promise((resolve) => setTimeout(resolve, 3_200))
  equal(await settleBadges(market, now), 1)
})
