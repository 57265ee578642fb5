import { sql, type RawBuilder } from 'kysely'
import type { Reader } from '#db/connection.ts'
import type { Funded, PointsFunded, Taken } from '#rules/settlement/statement.ts'

/** Half-open; of one shop, or of all. */
export type SettledPeriod = {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly shop?: string | undefined
}

/**
 * Has the statements of this transaction planned by their values: what sums up a period, short or
 * long, has no one plan.
 */
export async function planByValues(tx: Reader): Promise<void> {
  await sql`select set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('enable_seqscan', 'on', true)`.execute(tx)
}

/** What was taken off in orders paid in a period, and what of it came back in the period (ST-1, ST-2). */
export async function fundedIn(db: Reader, period: SettledPeriod): Promise<Funded[]> {
  const rows = await sql<Funded>`
    select campaign, trade_campaign as "tradeCampaign", shop_id as shop, funder, layer,
      sum(allocated)::bigint as "allocatedFen", sum(reversed)::bigint as "reversedFen"
    from (
      select coalesce(a.campaign, t.campaign) as campaign, t.campaign as trade_campaign, a.shop_id,
        a.funder, a.layer, a.off_fen as allocated, 0 as reversed
      from jifen.member_order o
      join jifen.trade t using (member_id, trade_id)
      join jifen.allocation a using (member_id, trade_id, order_id)
      where ${isIn('o.paid_at', period)} and ${isOf('o.shop_id', period)}
      union all
      select coalesce(a.campaign, t.campaign), t.campaign, a.shop_id, a.funder, a.layer, 0, r.off_fen
      from jifen.allocation_reversal r
      join jifen.allocation a using (member_id, trade_id, line_id, n)
      join jifen.trade t using (member_id, trade_id)
      join jifen.member_order o using (member_id, order_id)
      where ${isIn('r.at', period)} and ${isOf('a.shop_id', period)} and o.paid_at is not null
    ) as moved
    group by 1, 2, 3, 4, 5
  `.execute(db)
  return rows.rows
}

/** What members paid for the orders of trades in a period, and what they got back in it. */
export async function takenIn(db: Reader, period: SettledPeriod): Promise<Taken[]> {
  const [paid, refunded] = await Promise.all([paidIn(db, period), refundedIn(db, period)])
  return [...paid, ...refunded]
}

async function paidIn(db: Reader, period: SettledPeriod): Promise<Taken[]> {
  const isPaid = sql`${isIn('o.paid_at', period)} and ${isOf('o.shop_id', period)}`
  const rows = await sql<Taken>`
    select campaign as "tradeCampaign", shop_id as shop, sum(orders)::bigint as orders,
      sum(goods)::bigint as "goodsPaidFen", sum(freight)::bigint as "freightPaidFen",
      sum(extras)::bigint as "extrasFen", 0::bigint as "refundedFen"
    from (
      select t.campaign, o.shop_id, 1 as orders, 0 as goods, o.freight_fen as freight, 0 as extras
      from jifen.member_order o
      join jifen.trade t using (member_id, trade_id)
      where ${isPaid}
      union all
      select t.campaign, o.shop_id, 0, l.paid_fen, 0, 0
      from jifen.member_order o
      join jifen.trade t using (member_id, trade_id)
      join jifen.member_order_line l using (member_id, order_id)
      where ${isPaid}
      union all
      select t.campaign, o.shop_id, 0, 0, 0, (extra ->> 'amount')::bigint
      from jifen.member_order o
      join jifen.trade t using (member_id, trade_id)
      cross join lateral json_array_elements(t.basket -> 'extras') as extra
      where ${isPaid} and extra ->> 'shop' = o.shop_id
    ) as paid
    group by 1, 2
  `.execute(db)
  return rows.rows
}

async function refundedIn(db: Reader, period: SettledPeriod): Promise<Taken[]> {
  const rows = await sql<Taken>`
    select t.campaign as "tradeCampaign", back.shop_id as shop, 0::bigint as orders,
      0::bigint as "goodsPaidFen", 0::bigint as "freightPaidFen", 0::bigint as "extrasFen",
      sum(back.fen)::bigint as "refundedFen"
    from jifen.trade_refund r
    join jifen.trade t using (member_id, trade_id)
    cross join lateral (${refundParts}) as back
    join jifen.member_order o
      on o.member_id = r.member_id and o.trade_id = r.trade_id and o.shop_id = back.shop_id
    where ${isIn('r.at', period)} and ${isOf('back.shop_id', period)} and o.paid_at is not null
    group by 1, 2
  `.execute(db)
  return rows.rows
}

/** What the answer of a return `r` paid back, by part and shop. */
export const refundParts = sql`
  select o.shop_id, l.line_id as part, each.value::bigint as fen
  from json_each_text(r.answer -> 'byLineFen') as each
  join jifen.member_order o on o.member_id = r.member_id and o.trade_id = r.trade_id
  join jifen.member_order_line l
    on l.member_id = o.member_id and l.order_id = o.order_id and l.line_id = each.key
  union all
  select each.key, 'freight:' || each.key, each.value::bigint
  from json_each_text(r.answer -> 'freightByShopFen') as each
  union all
  select each.key, 'extras:' || each.key, each.value::bigint
  from json_each_text(r.answer -> 'extrasByShopFen') as each
`

/**
 * Points put in and clawed back in a period, by who pays for them (ST-7); those for late shipments apart
 * (ST-9).
 */
export async function pointsFundedIn(db: Reader, period: SettledPeriod): Promise<PointsFunded[]> {
  const rows = await sql<PointsFunded & { readonly isLate: boolean; readonly earns: number }>`
    select lot.funder, late.ref is not null as "isLate",
      count(distinct (e.member_id, e.seq)) filter (where e.kind = 'earn') as earns,
      coalesce(sum(t.amount) filter (where e.kind = 'earn'), 0)::bigint as earned,
      coalesce(sum(t.amount) filter (where e.kind = 'clawBack'), 0)::bigint as "clawedBack"
    from jifen.entry e
    join jifen.transfer t using (member_id, program, unit, seq)
    join jifen.entry earned
      on earned.member_id = e.member_id and earned.program = e.program and earned.unit = e.unit
      and earned.kind = 'earn'
      and earned.ref = case e.kind when 'earn' then e.ref else substr(e.of_ref, length('earn:') + 1) end
    cross join lateral (
      select lot_id
      from jifen.transfer
      where member_id = e.member_id and program = e.program and unit = e.unit
        and seq = earned.seq and debit = 'issued'
      order by line
      limit 1
    ) as issued
    join jifen.lot lot
      on lot.member_id = e.member_id and lot.program = e.program and lot.unit = e.unit
      and lot.lot_id = issued.lot_id
    left join jifen.late_compensation late
      on late.member_id = e.member_id and late.ref = earned.ref and e.program = 'platform'
      and late.status <> 'refused'
    where e.unit = 'points' and e.outcome = 'done' and ${isIn('e.booked_at', period)}
      and (e.kind = 'earn' and t.debit = 'issued' or e.kind = 'clawBack' and t.credit = 'clawed')
      and (${shopFunder(period)}::text is null or lot.funder = ${shopFunder(period)})
    group by 1, 2
  `.execute(db)
  return rows.rows.map(({ isLate, earns, ...funded }) => {
    return isLate ? { ...funded, lateShipments: earns } : funded
  })
}

function isIn(column: string, { from, to }: SettledPeriod): RawBuilder<boolean> {
  const at = sql.ref(column)
  return sql`${at} >= ${from.toString()}::timestamptz and ${at} < ${to.toString()}::timestamptz`
}

function isOf(column: string, period: SettledPeriod): RawBuilder<boolean> {
  const shop = period.shop ?? null
  return sql`(${shop}::text is null or ${sql.ref(column)} = ${shop})`
}

function shopFunder({ shop }: SettledPeriod): string | null {
  return shop === undefined ? null : `shop:${shop}`
}
