import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { InteractionKind } from '#rules/members/invitation/facts.ts'

/** A window of days of the market's zone, both included. */
export type DaysOfWindow = { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate }

/** One order of a member with what instruments took off it; days since 1970-01-01. */
export type OrderRow = {
  readonly memberId: string
  readonly orderId: string
  readonly shop: string
  readonly placedDay: number
  readonly receivedDay: number | null
  readonly isClosedUnpaid: boolean
  readonly freightFen: number
  readonly offFen: number
  readonly couponOffFen: number
}

/** Orders of members that were placed or received in a window. */
export async function ordersWithin(
  db: Reader,
  memberIds: readonly string[],
  days: DaysOfWindow,
): Promise<OrderRow[]> {
  const { rows } = await sql<OrderRow>`
    with market as materialized (select zone from jifen.market),
    span as materialized (
      select ${days.from.toString()}::date::timestamp at time zone zone as starts,
        (${days.to.toString()}::date + 1)::timestamp at time zone zone as ends
      from market
    ),
    taken_off as (
      select a.member_id, a.order_id, sum(a.off_fen)::bigint as off,
        (sum(a.off_fen) filter (
          where a.layer in ('coupon', 'platformCoupon', 'categoryCoupon')
        ))::bigint as by_coupon
      from jifen.allocation a
      join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
      where a.line_id not like 'freight:%'
      group by 1, 2
    )
    select o.member_id as "memberId", o.order_id as "orderId", o.shop_id as shop,
      ${dayOf('o.placed_at')} as "placedDay", ${dayOf('o.received_at')} as "receivedDay",
      (o.closed_at is not null and o.paid_at is null) as "isClosedUnpaid",
      o.freight_fen as "freightFen", coalesce(t.off, 0) as "offFen",
      coalesce(t.by_coupon, 0) as "couponOffFen"
    from jifen.member_order o
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    cross join span
    left join taken_off t using (member_id, order_id)
    where (o.placed_at >= span.starts and o.placed_at < span.ends)
      or (o.received_at >= span.starts and o.received_at < span.ends)
  `.execute(db)
  return rows
}

/** A line of one of these orders; of an order that was closed after all, everything came back. */
export type LineRow = {
  readonly memberId: string
  readonly orderId: string
  readonly sku: string
  readonly category: string
  readonly quantity: number
  readonly paidFen: number
  readonly refundedFen: number
  readonly refundedQuantity: number
}

/** The lines of orders received in a window. */
export async function linesWithin(
  db: Reader,
  memberIds: readonly string[],
  days: DaysOfWindow,
): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`
    with market as materialized (select zone from jifen.market),
    span as materialized (
      select ${days.from.toString()}::date::timestamp at time zone zone as starts,
        (${days.to.toString()}::date + 1)::timestamp at time zone zone as ends
      from market
    )
    select l.member_id as "memberId", l.order_id as "orderId", l.sku, l.category, l.quantity,
      l.paid_fen as "paidFen",
      case when o.closed_at is null then l.refunded_fen else l.paid_fen end as "refundedFen",
      case when o.closed_at is null then l.refunded_quantity else l.quantity end
        as "refundedQuantity"
    from jifen.member_order o
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    cross join span
    join jifen.member_order_line l using (member_id, order_id)
    where o.received_at >= span.starts and o.received_at < span.ends
  `.execute(db)
  return rows
}

/** When something of an order first came back, and whether any of it did after the receipt. */
export type ReturnRow = {
  readonly memberId: string
  readonly orderId: string
  readonly returnedDay: number
  readonly isAfterReceipt: boolean
}

/** What came back of orders, by refunds that were told as facts and by returns of trades. */
export async function returnsOf(db: Reader, memberIds: readonly string[]): Promise<ReturnRow[]> {
  if (memberIds.length === 0) return []
  const { rows } = await sql<ReturnRow>`
    with market as materialized (select zone from jifen.market),
    refund as (
      select e.member_id, e.order_id, e.occurred_at as at
      from jifen.member_event e
      join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
      where e.type = 'jifen.refund.succeeded.v1' and e.status = 'applied'
      union all
      select r.member_id, l.order_id, r.at
      from jifen.trade_refund r
      join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
      cross join json_array_elements(r.request -> 'returned') as item
      join jifen.member_order o on o.member_id = r.member_id and o.trade_id = r.trade_id
      join jifen.member_order_line l
        on l.member_id = o.member_id and l.order_id = o.order_id and l.line_id = item ->> 'line'
    )
    select refund.member_id as "memberId", refund.order_id as "orderId",
      ${dayOf('min(refund.at)')} as "returnedDay",
      coalesce(bool_or(refund.at >= o.received_at), false) as "isAfterReceipt"
    from refund
    join jifen.member_order o using (member_id, order_id)
    group by refund.member_id, refund.order_id
  `.execute(db)
  return rows
}

/** How often a member did something on a day of a window; `day`: since 1970-01-01. */
export type ConductRow = {
  readonly memberId: string
  readonly day: number
  readonly kind: InteractionKind | 'maliciousReview' | 'brokenPromise'
  readonly count: number
  readonly highValue: number
}

/** What members did in a window besides buying, by day and kind, but for facts that were struck. */
export async function conductWithin(
  db: Reader,
  memberIds: readonly string[],
  days: DaysOfWindow,
): Promise<ConductRow[]> {
  const { rows } = await sql<ConductRow>`
    with market as materialized (select zone from jifen.market),
    span as materialized (
      select ${days.from.toString()}::date::timestamp at time zone zone as starts,
        (${days.to.toString()}::date + 1)::timestamp at time zone zone as ends
      from market
    )
    select e.member_id as "memberId", ${dayOf('e.occurred_at')} as day,
      case when e.type = 'jifen.review.posted.v1' then 'review' else e.data ->> 'kind' end as kind,
      count(*) as count,
      count(*) filter (
        where e.type = 'jifen.review.posted.v1' and e.data ->> 'highValue' = 'true'
      ) as "highValue"
    from jifen.member_event e
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    cross join span
    where e.status = 'applied'
      and e.type in (
        'jifen.review.posted.v1', 'jifen.interaction.recorded.v1', 'jifen.conduct.recorded.v1'
      )
      and e.occurred_at >= span.starts and e.occurred_at < span.ends
      and not exists (
        select from jifen.struck_fact s
        where s.member_id = e.member_id and s.source = e.source and s.event_id = e.event_id
      )
    group by 1, 2, 3
  `.execute(db)
  return rows
}

/** What becomes of points, credit and tiers of members, one row each. */
export type StandingRow = {
  readonly memberId: string
  readonly joinedDay: number
  readonly score: number
  /** Of the refreshes of the window, oldest first. */
  readonly scores: readonly number[]
  /** The credit grade told last. */
  readonly grade: string | null
  readonly unpaidAdvances: number
  readonly unpaidFen: number
  readonly repaidAdvances: number
  readonly settledAdvances: number
  readonly earned: number
  readonly spent: number
  readonly expired: number
  readonly clawedBack: number
  readonly available: number
  readonly yearsInvited: number
}

/** The figures of members that are sums over other tables. `exceptRound`: what earlier rounds gave. */
export async function standingFigures(
  db: Reader,
  memberIds: readonly string[],
  days: DaysOfWindow,
  exceptRound: string,
): Promise<StandingRow[]> {
  const { rows } = await sql<StandingRow>`
    with market as materialized (select zone from jifen.market),
    span as materialized (
      select ${days.from.toString()}::date::timestamp at time zone zone as starts,
        (${days.to.toString()}::date + 1)::timestamp at time zone zone as ends
      from market
    )
    select m.member_id as "memberId", ${dayOf('m.joined_at')} as "joinedDay",
      coalesce(s.score, 0) as score, coalesce(r.scores, '{}') as scores, f.grade,
      coalesce(a.unpaid, 0) as "unpaidAdvances", coalesce(a.unpaid_fen, 0) as "unpaidFen",
      coalesce(a.repaid, 0) as "repaidAdvances", coalesce(a.settled, 0) as "settledAdvances",
      coalesce(p.earned, 0) as earned, greatest(coalesce(p.spent, 0), 0) as spent,
      coalesce(p.expired, 0) as expired, coalesce(p.clawed_back, 0) as "clawedBack",
      coalesce(w.available, 0) as available, coalesce(i.years, 0) as "yearsInvited"
    from jifen.member m
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    cross join span
    left join jifen.membership s using (member_id)
    left join jifen.score_facts f using (member_id)
    left join jifen.wallet w
      on w.member_id = m.member_id and w.program = 'platform' and w.unit = 'points'
    left join lateral (
      select array_agg(score::float8 order by month) as scores
      from jifen.member_score
      where member_id = m.member_id
        and month between ${days.from.toString()}::date and ${days.to.toString()}::date
    ) as r on true
    left join lateral (
      select count(*) filter (where status = 'owed') as unpaid,
        sum(owed_fen)::bigint as unpaid_fen,
        count(*) filter (where status = 'repaid') as repaid,
        count(*) filter (where status = 'settled') as settled
      from jifen.advance
      where member_id = m.member_id
    ) as a on true
    left join lateral (
      select (sum(amount) filter (where kind = 'earn'))::bigint as earned,
        (coalesce(sum(amount) filter (where kind in ('spend', 'capture')), 0)
          - coalesce(sum(amount) filter (where kind = 'giveBack'), 0))::bigint as spent,
        (sum(amount) filter (where kind = 'expire'))::bigint as expired,
        (sum(amount) filter (where kind = 'clawBack'))::bigint as clawed_back
      from jifen.entry
      where member_id = m.member_id and program = 'platform' and unit = 'points'
        and outcome = 'done' and occurred_at >= span.starts and occurred_at < span.ends
    ) as p on true
    left join lateral (
      select count(*) as years
      from jifen.invitation_candidate
      where member_id = m.member_id and round <> ${exceptRound} and status in ('joined', 'kept')
    ) as i on true
  `.execute(db)
  return rows
}

/** One change of a member's tier, by number; `day`: since 1970-01-01. */
export type TierTurnRow = {
  readonly memberId: string
  readonly day: number
  readonly from: string | null
  readonly to: string | null
}

/** Every change of the tiers of members, by member and number. */
export async function tierTurnsOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<TierTurnRow[]> {
  const { rows } = await sql<TierTurnRow>`
    with market as materialized (select zone from jifen.market)
    select c.member_id as "memberId", ${dayOf('c.at')} as day, c.from_tier as "from",
      c.to_tier as "to"
    from jifen.tier_change c
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by c.member_id, c.number
  `.execute(db)
  return rows
}

function dayOf(instant: string) {
  return sql`((${sql.raw(instant)} at time zone (select zone from market))::date - date '1970-01-01')`
}
