import { sql } from 'kysely'
import type { Reader } from '#db/connection.ts'

/** Days of a report, both included, and how many days after a behaviour purchases count with it. */
export type ReportDays = {
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly followDays: number
  readonly zone: string
}

export type BehaviourRow = {
  readonly behaviour: string
  readonly facts: number
  readonly counted: number
  readonly waiting: number
  readonly struck: number
  readonly members: number
  readonly membersAtCap: number
  readonly memberDays: number
  readonly squares: number
  readonly badgePoints: number
}

/** What was counted of each behaviour on the days of a report. */
export async function behaviourFigures(
  db: Reader,
  { from, to }: ReportDays,
): Promise<readonly BehaviourRow[]> {
  const rows = await sql<BehaviourRow>`
    select behaviour, sum(facts)::bigint as facts, sum(counted)::bigint as counted,
      sum(waiting)::bigint as waiting, sum(struck)::bigint as struck, count(*) as members,
      count(*) filter (where at_cap) as "membersAtCap", sum(days)::bigint as "memberDays",
      sum(squares)::bigint as squares, sum(points)::bigint as "badgePoints"
    from (
      select behaviour, member_id, sum(told) as facts, sum(counted) as counted,
        sum(waiting) as waiting, sum(struck) as struck, bool_or(at_cap) as at_cap, count(*) as days,
        sum(told::bigint * told) as squares, sum(points) as points
      from jifen.behaviour_day
      where day between ${from.toString()}::date and ${to.toString()}::date
      group by behaviour, member_id
    ) as by_member
    group by behaviour
    order by behaviour
  `.execute(db)
  return rows.rows
}

/** What members who did something received and kept that day or soon after, by behaviour. */
export async function followingPurchases(
  db: Reader,
  { from, to, followDays, zone }: ReportDays,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ behaviour: string; fen: number }>`
    select b.behaviour, sum(o.fen)::bigint as fen
    from (
      select behaviour, member_id from jifen.behaviour_day
      where day between ${from.toString()}::date and ${to.toString()}::date
      group by behaviour, member_id
    ) as b
    cross join lateral (
      select (m.received_at at time zone ${zone})::date as day,
        sum(l.paid_fen - l.refunded_fen) as fen
      from jifen.member_order m
      join jifen.member_order_line l using (member_id, order_id)
      where m.member_id = b.member_id and m.received_at is not null and m.closed_at is null
      group by m.order_id, m.received_at
    ) as o
    where exists (
      select from jifen.behaviour_day d
      where d.member_id = b.member_id and d.behaviour = b.behaviour
        and d.day between ${from.toString()}::date and ${to.toString()}::date
        and o.day - d.day between 0 and ${followDays}::int
    )
    group by b.behaviour
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.behaviour, row.fen]))
}

/**
 * What the score gives for each behaviour, by its weight and the most that counts a day: there a review
 * of high value is none besides.
 */
export async function scorePointsPaid(
  db: Reader,
  { from, to }: ReportDays,
  weights: readonly {
    readonly behaviour: string
    readonly points: number
    readonly perDay: number | null
  }[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ behaviour: string; points: number }>`
    select d.behaviour,
      sum(
        least(d.told - d.struck - coalesce(h.told - h.struck, 0), w.per_day) * w.points
      )::bigint as points
    from jifen.behaviour_day d
    left join jifen.behaviour_day h
      on d.behaviour = 'review' and h.behaviour = 'highValueReview'
        and h.member_id = d.member_id and h.day = d.day
    join unnest(
      ${weights.map((each) => each.behaviour)}::text[],
      ${weights.map((each) => each.points)}::bigint[],
      ${weights.map((each) => each.perDay)}::bigint[]
    ) as w (behaviour, points, per_day) on w.behaviour = d.behaviour
    where d.day between ${from.toString()}::date and ${to.toString()}::date
    group by d.behaviour
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.behaviour, row.points]))
}

/** How many benefits were claimed for a purchase or a live view each, and not given back. */
export async function benefitsPaid(
  db: Reader,
  { from, to, zone }: ReportDays,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ behaviour: string; claims: number }>`
    select split_part(c.period, ':', 1) as behaviour, count(*) as claims
    from jifen.benefit_claim c
    where split_part(c.period, ':', 1) in ('purchase', 'liveView') and c.status <> 'returned'
      and (c.claimed_at at time zone ${zone})::date
        between ${from.toString()}::date and ${to.toString()}::date
    group by 1
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.behaviour, row.claims]))
}
