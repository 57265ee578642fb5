import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { settleBadges } from '#operations/badges/settle-badges.ts'
import { verifyBadges } from '#operations/badges/verify-badges.ts'
import { viewBadges } from '#operations/badges/view-badges.ts'
import type { Fact } from '#rules/orders/facts.ts'
import {
  endOfNovember,
  keptOf,
  onDay,
  openBadgeMarket,
  purchase,
  refund,
  review,
  share,
  testPolicy,
  toldTo,
} from '#test/support/badge-market.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'

let market: TestMarket
before(async () => {
  market = await openBadgeMarket()
})
after(async () => await market.close())

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
      await tell(market, factsOf(one, story), endOfNovember)
      await settleBadges(market, endOfNovember)

      const facts = factsOf(other, story)
      const keyed = [...facts, ...facts].map((each) => [random.next().value ?? 0, each] as const)
      const mixed = keyed.toSorted(([a], [b]) => a - b).map(([, each]) => each)
      for (let from = 0; from < mixed.length; from += 5) {
        await tell(market, mixed.slice(from, from + 5), endOfNovember)
        await settleBadges(market, endOfNovember)
      }
      // Told in another order, a fact may be refused that the first order allowed, never the reverse.
      deepEqual(await keptOf(market, other), await keptOf(market, one))
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
  await tell(market, facts, endOfNovember)
  await settleBadges(market, endOfNovember)
  const before = await keptOf(market, 'ning')

  await tell(
    market,
    [...purchase('ning', 'b', 5, 'd'), review('ning', 'rb', 6, { orderId: 'b' })],
    endOfNovember,
  )
  await settleBadges(market, endOfNovember)
  notEqual(JSON.stringify(await keptOf(market, 'ning')), JSON.stringify(before))
  await tell(market, [refund('ning', 'b', 8)], endOfNovember)
  await settleBadges(market, endOfNovember)
  const view = await viewBadges(market, 'ning', endOfNovember)
  ok(view.ok)
  equal(view.points, 13)
  deepEqual(await toldTo(market, 'ning'), [
    ['badge-level:1', 'badge-level.changed'],
    ['badge:buyer/bronze:1', 'badge.awarded'],
    ['badge:explorer/bronze:1', 'badge.awarded'],
    ['badge:explorer/bronze:2', 'badge.withdrawn'],
    ['badge:reviewer/bronze:1', 'badge.awarded'],
    ['badge:reviewer/bronze:2', 'badge.withdrawn'],
  ])
})

test('BG-15 a sealed member gets no badge until it is unsealed', async () => {
  await tell(
    market,
    [fact('sun', 'seal', 'member.sealed', onDay(2, 0), {}), ...purchase('sun', 'a', 3)],
    endOfNovember,
  )
  await settleBadges(market, endOfNovember)
  deepEqual(await toldTo(market, 'sun'), [])
  await tell(market, [fact('sun', 'unseal', 'member.unsealed', onDay(4, 0), {})], endOfNovember)
  await settleBadges(market, endOfNovember)
  deepEqual(
    (await toldTo(market, 'sun')).map(([, type]) => type),
    ['badge-level.changed', 'badge.awarded'],
  )
})

test('Verifying finds a badge that no fact earned, and a fact that nobody struck', async () => {
  await tell(market, [share('bo', 'x', 4, 0)], endOfNovember)
  await settleBadges(market, endOfNovember)
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

test('BG-5 a badge that the policy no longer has is held by who reached it', async () => {
  const { buyer: _, ...others } = testPolicy.badges
  const from = Temporal.Instant.from('2017-12-08T00:00:00+08:00')
  const later = Temporal.Instant.from('2017-12-09T10:00:00+08:00')
  await bringInForce(market, 'badges', { ...testPolicy, badges: others }, from)
  const view = await viewBadges(market, 'ning', later)
  ok(view.ok)
  ok(view.awards.some((award) => award.badge === 'buyer' && !award.waits))
  deepEqual(
    view.progress.find((each) => each.badge === 'buyer'),
    { badge: 'buyer', have: 0 },
  )
  equal(view.titles.get('buyer')?.en, 'Badge')
})
