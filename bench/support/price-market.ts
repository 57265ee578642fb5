import type pg from 'pg'

/** How large the history is. */
export type PriceMarket = {
  readonly shops: number
  readonly skusEach: number
  /** Of all SKUs together, spread over 90 days around the windows of the campaign. */
  readonly deals: number
}

export const campaign = 'double11-2017'

/** One in so many declarations is a fen too high for its lowest deal, one for a promo price. */
const tooHighForDeal = 100
const tooHighForPromo = 250

const firstDay = '2017-08-20T00:00:00+08:00'
const days = 90

/** The days of spot goods of the campaign, as they are written in its policy. */
export const window = ['2017-09-15T00:00:00+08:00', '2017-11-12T00:00:00+08:00'] as const

/** What counts in the policy of 2017, written by hand: item level and reductions of the shop. */
const countedByHand =
  'greatest(0, d.price_fen - coalesce(d.item_coupon_fen, 0) - coalesce(d.third_party_coupon_fen, 0) - coalesce(d.shop_reduction_fen, 0)) / d.units'

/** Makes shops, deals, marked prices, and one declaration for each SKU; some of them are too high. */
export async function fillPriceMarket(
  raw: pg.Client,
  { shops, skusEach, deals }: PriceMarket,
): Promise<void> {
  const skus = shops * skusEach
  await raw.query('set synchronous_commit = off')
  await raw.query(`
    insert into jifen.merchant (merchant_id, name, legal_entity, created_at, changed_at)
    values ('merchant', 'merchant', 'merchant', now(), now())
  `)
  await raw.query(
    `insert into jifen.shop (
       shop_id, merchant_id, title, type, main_category, categories, opened_on, created_at, changed_at
     )
     select 'shop-' || n, 'merchant', 'shop-' || n, 'flagship', 'clothes', '{clothes}', '2014-11-11',
       now(), now()
     from generate_series(1, $1) n`,
    [shops],
  )
  await withoutKey(raw, 'jifen.deal', async () => {
    await raw.query(dealsText(), [deals, skus, skusEach])
  })
  await raw.query(
    `insert into jifen.price_record (
       shop_id, sku, price_id, kind, price_fen, valid_from, valid_to, voids, recorded_at, recorded_by
     )
     select 'shop-' || (1 + s / $2), 'sku-' || s, p.price_id, p.kind, p.fen, p.valid_from, p.valid_to,
       false, '2017-08-20T00:00:00+08:00', 'bench'
     from generate_series(0, $1::int - 1) s
     cross join lateral (values
       ('list', 'list', ${baseFen('s')} * 2, '2017-08-20T00:00:00+08:00'::timestamptz, null::timestamptz),
       ('promo', 'promo', ${baseFen('s')} * 2 - 1, '2017-11-15T00:00:00+08:00', '2017-11-20T00:00:00+08:00'),
       ('over', 'promo', 1::bigint, '2017-08-20T00:00:00+08:00', '2017-08-25T00:00:00+08:00')
     ) as p (price_id, kind, fen, valid_from, valid_to)`,
    [skus, skusEach],
  )
  await raw.query('vacuum analyze')
}

/**
 * A deal of an SKU at a price that wanders around its own, in the order of time: neighbours in time are of
 * other SKUs, as they are in a market. A third have something taken off; some are of an event.
 */
function dealsText(): string {
  const random = (part: number) => `(hashint8extended(n, ${part}) & 1023)`
  return `
    insert into jifen.deal (
      shop_id, sku, ordered_at, deal_id, units, price_fen, item_coupon_fen, shop_reduction_fen,
      shop_coupon_fen, allowance_fen, red_envelope_fen, event, paid_only, recorded_at, source
    )
    select 'shop-' || (1 + s / $3), 'sku-' || s, at, 'order-' || n || '/1', units, units * price,
      case when ${random(1)} < 102 then units * 300 end,
      case when ${random(2)} < 51 then units * 500 end,
      case when ${random(3)} < 102 then units * 1000 end,
      case when ${random(4)} < 205 then units * 1250 end,
      case when ${random(5)} < 102 then 888 end,
      case when ${random(6)} < 20 then 'trial' end,
      false, least(at, timestamptz '2017-11-10T23:00:00+08:00'), 'told'
    from (
      select n, (n * 7919 % $2)::int as s,
        date_trunc('milliseconds', timestamptz '${firstDay}' + n * (interval '${days} days' / $1)) as at,
        case when ${random(7)} < 51 then 2 else 1 end as units,
        ${baseFen('(n * 7919 % $2)')} + ${random(8)} * 4 as price
      from generate_series(1::bigint, $1::bigint) n
    ) as made
  `
}

function baseFen(sku: string): string {
  return `(5000 + (${sku} * 37 % 45000))::bigint`
}

/** The index is made at the end: to keep it up to date row by row is not what is measured. */
async function withoutKey(
  raw: pg.Client,
  table: string,
  fill: () => Promise<unknown>,
): Promise<void> {
  const { rows } = await raw.query<{ name: string; text: string }>(
    `select conname as name, pg_get_constraintdef(oid) as text from pg_constraint
     where conrelid = $1::regclass and contype = 'p'`,
    [table],
  )
  const [key] = rows
  if (key === undefined) throw new Error(`${table} has a key`)
  await raw.query(`alter table ${table} drop constraint ${key.name}`)
  await fill()
  await raw.query(`set maintenance_work_mem = '1GB'`)
  await raw.query(`alter table ${table} add constraint ${key.name} ${key.text}`)
}

/** The lowest price of each SKU in the window, in plain SQL: what verifying is measured against. */
export const plainLowest = `
  select d.shop_id, d.sku, min(${countedByHand}) as lowest_fen
  from jifen.deal d
  where d.ordered_at >= '${window[0]}' and d.ordered_at < '${window[1]}' and d.event is null
  group by d.shop_id, d.sku
`

/** Declares every SKU at 90 % of that, some a fen above it or above a promo price. Returns how many are too high. */
export async function declareAll(raw: pg.Client): Promise<number> {
  await raw.query(`create table bench_lowest as ${plainLowest}`)
  const high = `substr(sku, 5)::int % ${tooHighForDeal} = 7`
  const promo = `substr(sku, 5)::int % ${tooHighForPromo} = 8`
  await raw.query(`
    insert into jifen.declaration (
      campaign, shop_id, sku, kind, number, status, category, price_fen, quantity, declared_at, changed_at
    )
    select '${campaign}', shop_id, sku, 'spot', 1, 'declared', 'clothes',
      lowest_fen * 9 / 10 + case when ${high} then 1 else 0 end, 100,
      '2017-10-20T00:00:00+08:00', '2017-10-20T00:00:00+08:00'
    from bench_lowest
  `)
  await raw.query(`
    insert into jifen.price_record (
      shop_id, sku, price_id, kind, price_fen, valid_from, valid_to, voids, recorded_at, recorded_by
    )
    select shop_id, sku, 'low', 'promo', lowest_fen * 9 / 10 - 1, '2017-11-26T00:00:00+08:00',
      '2017-11-27T00:00:00+08:00', false, '2017-10-21T00:00:00+08:00', 'bench'
    from bench_lowest where ${promo}
  `)
  await raw.query('vacuum analyze jifen.declaration')
  await raw.query('vacuum analyze jifen.price_record')
  const { rows } = await raw.query<{ count: string }>(
    `select count(*) from bench_lowest where ${high} or ${promo}`,
  )
  return Number(rows[0]?.count)
}

/** How many are suspended that should be, that should not be, and that still stand though they should not. */
export async function suspendedOf(
  raw: pg.Client,
): Promise<{ readonly right: number; readonly wrong: number; readonly missed: number }> {
  const should = `(substr(sku, 5)::int % ${tooHighForDeal} = 7 or substr(sku, 5)::int % ${tooHighForPromo} = 8)`
  const { rows } = await raw.query<{ right: string; wrong: string; missed: string }>(`
    select count(*) filter (where status = 'suspended' and ${should}) as right,
      count(*) filter (where status = 'suspended' and not ${should}) as wrong,
      count(*) filter (where status <> 'suspended' and ${should}) as missed
    from jifen.declaration where campaign = '${campaign}'
  `)
  const [row] = rows
  return { right: Number(row?.right), wrong: Number(row?.wrong), missed: Number(row?.missed) }
}
