import type pg from 'pg'

/** Days on which a shop sold something, on average. */
export const daysEach = 20

/** A whole number below `most`, other ones for every text. */
function below(most: number, text: string): string {
  return `((hashtext(${text})::bigint + 2147483648) % ${most})`
}

const shopId = `'shop-' || lpad(n::text, 6, '0')`

/**
 * Makes shops `from` (included) to `to` straight in the tables: opened over five years, in 40 categories,
 * with what was counted of them on some days of the last half year, and violations of one in five.
 */
export async function fillShops(raw: pg.Client, from: number, to: number): Promise<void> {
  const shops = `generate_series(${from}, ${to - 1}) as n`
  await raw.query(`
    insert into jifen.merchant (merchant_id, name, legal_entity, created_at, changed_at)
    select 'merchant', 'Merchant', 'Merchant Ltd.', '2012-01-01', '2012-01-01'
    on conflict do nothing
  `)
  await raw.query(`
    insert into jifen.shop (
      shop_id, merchant_id, title, type, main_category, categories, opened_on, created_at, changed_at
    )
    select ${shopId}, 'merchant', 'Shop ' || n, 'flagship', category, array[category],
      date '2012-09-01' + ${below(1_826, `n || 'opened'`)}::int, '2012-01-01', '2012-01-01'
    from ${shops}
    cross join lateral (select 'category-' || ${below(40, `n || 'category'`)} as category) as c
  `)
  await raw.query(`
    insert into jifen.shop_day (
      shop_id, day, ratings, description_stars, service_stars, delivery_stars, paid_orders, paid_fen,
      ship_due, shipped_in_time, sold_orders, sold_fen
    )
    select ${shopId}, date '2017-09-04' - date '1970-01-01' - d * 9, ratings,
      ratings * 5 - ratings * ${below(48, `n || 'description'`)} / 100,
      ratings * 5 - ratings * ${below(45, `n || 'service'`)} / 100,
      ratings * 5 - ratings * ${below(44, `n || 'delivery'`)} / 100,
      ratings * 2, ratings * 20000, ratings * 2, ratings * 2 - ${below(2, `n || 'late' || d`)},
      ratings * 2, ratings * 20000
    from ${shops}
    cross join lateral generate_series(0, ${daysEach} - 1) as d
    cross join lateral (select 5 + ${below(20, `n || 'ratings' || d`)} as ratings) as r
  `)
  await raw.query(`
    insert into jifen.shop_violation (
      shop_id, violation_id, kind, points, seq, happened_at, recorded_at, recorded_by, policy, cause
    )
    select ${shopId}, 'v-1', case when n % 50 = 0 then 'severe' else 'general' end,
      (array[3, 6, 12, 24])[1 + ${below(4, `n || 'points'`)}], 1, at, at, 'bench', 'violations@1', '{}'
    from ${shops}
    cross join lateral (
      select timestamptz '2017-09-04 12:00+08' - make_interval(days => ${below(120, `n || 'day'`)}::int) as at
    ) as a
    where n % 5 = 0
  `)
}

/** Has all shops apply to a campaign. */
export async function applyAll(raw: pg.Client, campaign: string, dueAt: string): Promise<void> {
  await raw.query(
    `insert into jifen.enrolment (
      campaign, shop_id, status, main_category, applied_at, applied_by, due_at, changed_at
    )
    select $1, shop_id, 'applied', main_category, '2017-08-15', 'bench', $2::timestamptz, '2017-08-15'
    from jifen.shop`,
    [campaign, dueAt],
  )
}

/** How many shops fail what can be said in one line of SQL each, by the name of the criterion. */
export async function expectedFailures(
  raw: pg.Client,
  day: string,
): Promise<Readonly<Record<string, number>>> {
  const { rows } = await raw.query<Record<string, string>>(
    `with sums as (
      select s.shop_id, s.opened_on, sum(d.ratings) as ratings, sum(d.description_stars) as description,
        sum(d.service_stars) as service, sum(d.delivery_stars) as delivery
      from jifen.shop s
      left join jifen.shop_day d on d.shop_id = s.shop_id
        and d.day >= $1::date - date '1970-01-01' - 180 and d.day < $1::date - date '1970-01-01'
      group by s.shop_id
    ),
    points as (
      select shop_id, kind, $1::date - (happened_at at time zone 'Asia/Shanghai')::date as ago, points
      from jifen.shop_violation
    )
    select
      count(*) filter (where coalesce(description * 10 < ratings * 46, true)) as "dsrDescription",
      count(*) filter (where coalesce(service * 10 < ratings * 46, true)) as "dsrService",
      count(*) filter (where coalesce(delivery * 10 < ratings * 46, true)) as "dsrDelivery",
      count(*) filter (where $1::date - opened_on < 90) as "shopAge",
      (select count(*) from (select from points where kind = 'general' and ago between 1 and 30
        group by shop_id having sum(points) >= 12) as g) as "violations.general.30",
      (select count(*) from (select from points where kind = 'severe' and ago between 1 and 30
        group by shop_id having sum(points) >= 1) as v) as "violations.severe.30",
      (select count(*) from (select from points where kind = 'severe' and ago between 1 and 90
        group by shop_id having sum(points) >= 12) as w) as "violations.severe.90"
    from sums`,
    [day],
  )
  return Object.fromEntries(
    Object.entries(rows[0] ?? {}).map(([name, count]) => [name, Number(count)]),
  )
}
