import type pg from 'pg'

/** Facts of a member on average: lines of orders, and reviews and interactions. */
export const factsEach = 14 + 10

/** Members by how much they do, in each hundred: half of them little, a few very much. */
const lines = byActivity(4, 12, 30, 78)
const doings = byActivity(2, 8, 24, 60)

function byActivity(little: number, some: number, much: number, most: number): string {
  return `(case
    when n % 100 < 50 then ${little}
    when n % 100 < 80 then ${some}
    when n % 100 < 95 then ${much}
    else ${most}
  end)`
}

/** An instant of the year before the refresh of June 2017, other ones for every text. */
function instantOf(text: string): string {
  return `timestamptz '2016-06-01 00:00+08'
    + make_interval(secs => (hashtext(${text})::bigint + 2147483648) % (365 * 86400))`
}

/** A whole number below `most`, other ones for every text. */
function below(most: number, text: string): string {
  return `((hashtext(${text})::bigint + 2147483648) % ${most})`
}

/**
 * Makes members `from` (included) to `to` with a year of facts, straight in the tables: two lines an
 * order, one shop each, 300 shops, 40 categories of which some are virtual, a refund now and then.
 */
export async function fillScoreMarket(raw: pg.Client, from: number, to: number): Promise<void> {
  const members = `generate_series(${from}, ${to - 1}) as n`
  const id = `'m-' || lpad(n::text, 8, '0')`
  await raw.query(`
    insert into jifen.member (member_id, joined_at, created_at)
    select ${id}, '2015-01-01 00:00+08', '2015-01-01 00:00+08' from ${members}
  `)
  await raw.query(`
    insert into jifen.member_order (
      member_id, order_id, trade_id, shop_id, placed_at, paid_at, shipped_at, collected_at,
      received_at, freight_fen, earned_by
    )
    select ${id}, 'o-' || n || '-' || o, 'o-' || n || '-' || o,
      'shop-' || ${below(300, `n || 'shop' || o`)},
      at - interval '5 days', at - interval '5 days', at - interval '4 days',
      at - interval '4 days', at, 0, 'points@1'
    from ${members}
    cross join lateral generate_series(0, ${lines} / 2 - 1) as o
    cross join lateral (select ${instantOf(`n || 'at' || o`)} as at) as a
  `)
  await raw.query(`
    insert into jifen.member_order_line (
      member_id, order_id, line_id, position, sku, category, quantity, paid_fen, multiple_ppm,
      refunded_fen, points_earned
    )
    select ${id}, 'o-' || n || '-' || l / 2, (l % 2 + 1)::text, l % 2,
      'sku-' || ${below(5_000, `n || 'sku' || l`)},
      case when kind < 36 then 'category-' || kind
        else (array['virtual', 'phoneTopUp', 'ticket', 'travel'])[kind - 35] end,
      1, paid, 1000000, case when ${below(20, `n || 'back' || l`)} = 0 then paid / 2 else 0 end,
      paid / 200
    from ${members}
    cross join lateral generate_series(0, ${lines} - 1) as l
    cross join lateral (
      select ${below(40, `n || 'category' || l`)} as kind,
        500 + ${below(30_000, `n || 'paid' || l`)} as paid
    ) as a
  `)
  await raw.query(`
    insert into jifen.member_event (
      member_id, source, event_id, type, fingerprint, order_id, occurred_at, received_at, status,
      data, outcome
    )
    select ${id}, 'bench', 'e-' || n || '-' || e,
      case when kind = 0 then 'jifen.review.posted.v1' else 'jifen.interaction.recorded.v1' end,
      md5(n || 'e' || e) || md5(e || 'e' || n), null, at, at, 'applied',
      (case
        when kind > 0 then '{"kind":"' || (array['share', 'post', 'answer', 'liveView'])[kind] || '"}'
        when e % 7 = 0 then '{"rating":5,"highValue":true}'
        else '{"rating":5}'
      end)::json,
      '{}'
    from ${members}
    cross join lateral generate_series(0, ${doings} - 1) as e
    cross join lateral (
      select ${below(5, `n || 'kind' || e`)} as kind, ${instantOf(`n || 'done' || e`)} as at
    ) as a
  `)
}

/**
 * A score of the same shape as one hand-written statement over the same facts would make it: nested
 * groups with `least` for the maxima of an order, a day, a month and the window, written into a table.
 * It knows no maxima of categories and shops, no order among facts, no reasons, no tiers.
 */
export const aggregate = `
  with line as (
    select o.member_id, o.order_id, (o.received_at at time zone 'Asia/Shanghai')::date as day,
      l.category, l.category in ('virtual', 'phoneTopUp', 'ticket', 'travel', 'game') as virtual,
      l.paid_fen - l.refunded_fen as fen
    from jifen.member_order o
    join jifen.member_order_line l using (member_id, order_id)
    where o.received_at >= '2016-06-01 00:00+08' and o.received_at < '2017-06-01 00:00+08'
      and o.closed_at is null and l.paid_fen > l.refunded_fen
  ), bought as (
    select member_id, order_id, day, virtual,
      least(sum(fen), case when virtual then 200000 else 1000000 end) as fen
    from line group by 1, 2, 3, 4
  ), by_day as (
    select member_id, day, virtual,
      least(sum(fen), case when virtual then 300000 else 2000000 end) as fen,
      least(count(distinct order_id), 2) as orders
    from bought group by 1, 2, 3
  ), by_month as (
    select member_id, date_trunc('month', day) as month, virtual,
      least(sum(fen), case when virtual then 500000 else 4000000 end) as fen,
      least(sum(orders), 10) as orders, least(count(distinct day), 5) as days
    from by_day group by 1, 2, 3
  ), purchase as (
    select member_id,
      least(
        floor(sum(fen) filter (where not virtual) / 8300)
          + floor(least(sum(fen) filter (where virtual), 4000000) / 8300)
          + least(sum(orders), 100),
        3000
      ) as points,
      least(sum(days), 60) + 5 * least(count(distinct month), 12) as reward
    from by_month group by 1
  ), categories as (
    select member_id, 4 * least(count(distinct category), 15) as reward from line group by 1
  ), done as (
    select member_id, (occurred_at at time zone 'Asia/Shanghai')::date as day,
      case
        when type <> 'jifen.review.posted.v1' then data ->> 'kind'
        when data ->> 'highValue' = 'true' then 'highValue'
        else 'review'
      end as kind,
      count(*) as count
    from jifen.member_event
    where status = 'applied'
      and type in ('jifen.review.posted.v1', 'jifen.interaction.recorded.v1')
      and occurred_at >= '2016-06-01 00:00+08' and occurred_at < '2017-06-01 00:00+08'
    group by 1, 2, 3
  ), done_by_month as (
    select member_id, date_trunc('month', day) as month, kind, least(sum(least(count, 3)), 10) as count
    from done group by 1, 2, 3
  ), interaction as (
    select member_id, sum(count) as reward
    from (
      select member_id, kind, least(sum(count), 40) as count from done_by_month group by 1, 2
    ) as by_kind
    group by 1
  )
  insert into bench_score (member_id, purchase, reward, base, score)
  select m.member_id, coalesce(p.points, 0), r.reward, 200, coalesce(p.points, 0) + r.reward + 200
  from jifen.member m
  left join purchase p using (member_id)
  left join categories c using (member_id)
  left join interaction i using (member_id)
  cross join lateral (
    select least(coalesce(p.reward, 0) + coalesce(c.reward, 0) + coalesce(i.reward, 0), 300) as reward
  ) as r
`
