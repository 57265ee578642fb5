import { sql } from 'kysely'
import type { Fact } from '#rules/orders/facts.ts'
import { badge, behaviour } from '#test/support/badges.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, openMarket, type TestMarket } from '#test/support/market.ts'

/** When badges of tests are counted: what is told of is of the month before. */
export const endOfNovember = Temporal.Instant.from('2017-11-30T10:00:00+08:00')

/** Four behaviours, a badge for each kind of condition, and a rule of each kind that watches. */
export const testPolicy = {
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

/** A market with these badges. */
export async function openBadgeMarket(): Promise<TestMarket> {
  const market = await openMarket()
  await bringInForce(market, 'badges', testPolicy)
  return market
}

/** After ten on a day of November. */
export function onDay(day: number, minute: number): string {
  return `2017-11-${String(day).padStart(2, '0')}T10:${String(minute).padStart(2, '0')}:00+08:00`
}

/** An order of 30.00 that is paid on a day and received a minute later. */
export function purchase(memberId: string, orderId: string, day: number, category = 'c'): Fact[] {
  const lines = [{ id: '1', sku: 'sku', category, paid: '30.00' }]
  const placed = { orderId, shopId: 'shop', paidAt: onDay(day, 0), lines }
  return [
    fact(memberId, `${orderId}/placed`, 'order.placed', onDay(day, 0), placed),
    fact(memberId, `${orderId}/received`, 'order.received', onDay(day, 1), { orderId }),
  ]
}

/** All of such an order is given back. */
export function refund(memberId: string, orderId: string, day: number): Fact {
  const lines = [{ id: '1', amount: '30.00', quantity: 1 }]
  return fact(memberId, `${orderId}/back`, 'refund.succeeded', onDay(day, 5), { orderId, lines })
}

export function review(memberId: string, id: string, day: number, data: object): Fact {
  return fact(memberId, id, 'review.posted', onDay(day, 10), { ...data })
}

export function share(
  memberId: string,
  id: string,
  day: number,
  minute: number,
  data: object = {},
): Fact {
  return fact(memberId, id, 'interaction.recorded', onDay(day, minute), { kind: 'share', ...data })
}

/** Everything that is kept of a member's badges, without when it was counted and how often told. */
export async function keptOf({ db }: TestMarket, memberId: string): Promise<object> {
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
  `.execute(db)
  return JSON.parse(rows[0]?.kept ?? '{}') as object
}

/** What a member was told of badges and behaviours: the ids, and the types without what all begin with. */
export async function toldTo({ db }: TestMarket, memberId: string): Promise<string[][]> {
  const { rows } = await sql<{ id: string; type: string }>`
    select announcement_id as id, type from jifen.announcement
    where member_id = ${memberId} and type ~ 'badge|behaviour'
    order by announcement_id collate "C"
  `.execute(db)
  return rows.map(({ id, type }) => [id, type.replace(/^jifen\.|\.v1$/g, '')])
}
