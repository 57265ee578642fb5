import { sql, type RawBuilder } from 'kysely'
import type { Reader } from '#db/connection.ts'
import { isOf, type Whose } from '#db/membership/whose.ts'

/** A window of days, both included; absent: of all time. */
export type Days = { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate }

/** What the recorded orders, events and advances say of a member, as JSON texts; `null`: nothing. */
export type RecordedFacts = {
  readonly memberId: string
  /** Six lists: day, order, shop, category, fen paid, fen kept of each order and category. */
  readonly purchases: string | null
  /** Four lists: day, kind, count, how many of high value of each day and kind. */
  readonly conduct: string | null
  /** `[grade, epoch milliseconds, source and id of the event]`: the latest told. */
  readonly grade: string | null
  /** How many advances on refunds are not paid back. */
  readonly unpaidAdvances: number
}

/**
 * Reads what counts for the score from the recorded orders and events themselves, without those that
 * were struck: one row for each member of whom anything does, in the order of their ids. The lists are
 * in no order.
 */
export async function recordedFacts(
  db: Reader,
  whose: Whose,
  days?: Days,
): Promise<RecordedFacts[]> {
  const { rows } = await sql<{
    member_id: string
    purchases: string | null
    conduct: string | null
    grade: string | null
    unpaid: number | null
  }>`
    with market as materialized (select zone from jifen.market)
    select member_id, purchases.lists as purchases, conduct.lists as conduct, grade.told as grade,
      advances.unpaid
    from (${purchases(whose, days)}) as purchases
    full join (${conduct(whose, days)}) as conduct using (member_id)
    full join (${grades(whose)}) as grade using (member_id)
    full join (${advances(whose)}) as advances using (member_id)
    order by member_id
  `.execute(db)
  return rows.map(({ member_id: memberId, unpaid, ...texts }) => {
    return { memberId, ...texts, unpaidAdvances: unpaid ?? 0 }
  })
}

function purchases(whose: Whose, days: Days | undefined): RawBuilder<unknown> {
  return sql`
    select member_id,
      json_build_array(
        json_agg(day), json_agg(order_id), json_agg(shop_id), json_agg(category), json_agg(paid),
        json_agg(kept)
      ) as lists
    from (
      select o.member_id, o.order_id, o.shop_id, l.category, ${dayOf('o.received_at')} as day,
        sum(l.paid_fen)::bigint as paid,
        sum(case when o.closed_at is null then l.paid_fen - l.refunded_fen else 0 end)::bigint
          as kept
      from jifen.member_order o
      join jifen.member_order_line l on l.member_id = o.member_id and l.order_id = o.order_id
      where ${isOf('o.member_id', whose)} and ${isOf('l.member_id', whose)}
        and o.received_at is not null
        and ${isWithin('o.received_at', days)}
      group by o.member_id, o.order_id, l.category
      having sum(l.paid_fen) > 0
    ) as bought
    group by member_id
  `
}

function conduct(whose: Whose, days: Days | undefined): RawBuilder<unknown> {
  return sql`
    select member_id,
      json_build_array(json_agg(day), json_agg(kind), json_agg(count), json_agg(high)) as lists
    from (
      select e.member_id, ${dayOf('e.occurred_at')} as day,
        case when e.type = 'jifen.review.posted.v1' then 'review' else e.data ->> 'kind' end
          as kind,
        count(*) as count,
        count(*) filter (
          where e.type = 'jifen.review.posted.v1' and e.data ->> 'highValue' = 'true'
        ) as high
      from jifen.member_event e
      where ${isOf('e.member_id', whose)}
        and e.status = 'applied'
        and e.type in (
          'jifen.review.posted.v1', 'jifen.interaction.recorded.v1', 'jifen.conduct.recorded.v1'
        )
        and ${isWithin('e.occurred_at', days)}
        and not exists (
          select from jifen.struck_fact s
          where s.member_id = e.member_id and s.source = e.source and s.event_id = e.event_id
        )
      group by e.member_id, 2, 3
    ) as done
    group by member_id
  `
}

/** Grades hold until the next: those of any time are read. */
function grades(whose: Whose): RawBuilder<unknown> {
  return sql`
    select distinct on (e.member_id) e.member_id,
      json_build_array(
        e.data ->> 'grade',
        (extract(epoch from e.occurred_at) * 1000)::bigint,
        e.source || chr(10) || e.event_id
      ) as told
    from jifen.member_event e
    where ${isOf('e.member_id', whose)}
      and e.status = 'applied'
      and e.type = 'jifen.credit.assessed.v1'
    order by e.member_id, e.occurred_at desc, (e.source || chr(10) || e.event_id) collate "C" desc
  `
}

function advances(whose: Whose): RawBuilder<unknown> {
  return sql`
    select a.member_id, count(*) as unpaid
    from jifen.advance a
    where ${isOf('a.member_id', whose)} and a.ended_at is null and a.status = 'owed'
    group by a.member_id
  `
}

function isWithin(column: string, days: Days | undefined): RawBuilder<unknown> {
  if (days === undefined) return sql`true`
  const at = sql.ref(column)
  const midnight = (day: Temporal.PlainDate) =>
    sql`(${day.toString()}::date::timestamp at time zone (select zone from market))`
  return sql`${at} >= ${midnight(days.from)} and ${at} < ${midnight(days.to.add({ days: 1 }))}`
}

/** Days since 1970-01-01 in the market's zone. */
function dayOf(column: string): RawBuilder<unknown> {
  const at = sql.ref(column)
  return sql`((${at} at time zone (select zone from market))::date - date '1970-01-01')`
}
