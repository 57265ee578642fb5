import { CompiledQuery, sql } from 'kysely'
import { binaryArray } from '#db/arrays.ts'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows, type Columns } from '#db/rows.ts'
import { asFen } from '#rules/money/fen.ts'
import type { Counted, Deal, DealsAsked, LowestDeal } from '#rules/prices/deals.ts'
import { components, type Component } from '#rules/prices/policy.ts'

/** An SKU is a shop's own. */
export type SkuKey = { readonly shopId: string; readonly sku: string }

export type DealSource = 'trade' | 'order' | 'told'

/** A deal with its SKU, as it is kept. */
export type DealRow = SkuKey &
  Omit<Deal, 'event'> & {
    readonly event: string | null
    readonly recordedAt: Temporal.Instant
    readonly source: DealSource
  }

const columnOf = {
  itemCoupon: 'item_coupon_fen',
  thirdPartyCoupon: 'third_party_coupon_fen',
  shopReduction: 'shop_reduction_fen',
  shopCoupon: 'shop_coupon_fen',
  platformCoupon: 'platform_coupon_fen',
  allowance: 'allowance_fen',
  voucher: 'voucher_fen',
  points: 'points_fen',
  coins: 'coins_fen',
  redEnvelope: 'red_envelope_fen',
} as const satisfies Record<Component, string>

/** Appends deals in the order of their keys; those that are there stay. Returns the keys of new ones. */
export async function insertDeals(
  tx: Writer,
  deals: readonly DealRow[],
): Promise<readonly (SkuKey & { readonly dealId: string })[]> {
  const columns: Columns = {
    shop_id: ['text', deals.map((each) => each.shopId)],
    sku: ['text', deals.map((each) => each.sku)],
    ordered_at: ['timestamptz', deals.map((each) => each.orderedAt)],
    deal_id: ['text', deals.map((each) => each.dealId)],
    units: ['int', deals.map((each) => each.units)],
    price_fen: ['bigint', deals.map((each) => each.priceFen)],
    ...Object.fromEntries(
      components.map((name) => [
        columnOf[name],
        ['bigint', deals.map(({ off }) => kept(off[name]))],
      ]),
    ),
    event: ['text', deals.map((each) => each.event)],
    paid_only: ['boolean', deals.map((each) => each.paidOnly)],
    recorded_at: ['timestamptz', deals.map((each) => each.recordedAt)],
    source: ['text', deals.map((each) => each.source)],
  }
  const rows = await overRows<{ shop_id: string; sku: string; deal_id: string }>(
    tx,
    columns,
    (selected, names) => `
      insert into jifen.deal (${names})
      ${selected} order by 1, 2, 3, 4
      on conflict do nothing
      returning shop_id, sku, deal_id
    `,
  )
  return rows.map((row) => ({ shopId: row.shop_id, sku: row.sku, dealId: row.deal_id }))
}

/** Nothing is kept as null: it takes no room in the key. */
function kept(fen: number | undefined): number | null {
  return fen === undefined || fen === 0 ? null : fen
}

/** Deals of their SKUs by their ids, whatever else was told of them. */
export async function dealsByIds(
  db: Reader,
  ids: readonly (SkuKey & { readonly dealId: string })[],
): Promise<DealRow[]> {
  const columns: Columns = {
    shop_id: ['text', ids.map((each) => each.shopId)],
    sku: ['text', ids.map((each) => each.sku)],
    deal_id: ['text', ids.map((each) => each.dealId)],
  }
  const rows = await overRows<DealColumns>(
    db,
    columns,
    (selected, names) => `
      select d.* from (${selected}) as k (${names})
      join jifen.deal d using (shop_id, sku, deal_id)
    `,
  )
  return rows.map(dealOf)
}

/** Deals of an SKU, the latest first, behind a place. */
export async function dealsPage(
  db: Reader,
  { shopId, sku }: SkuKey,
  page: {
    readonly before: { readonly at: Temporal.Instant; readonly id: string } | undefined
    readonly limit: number
  },
): Promise<DealRow[]> {
  const { before, limit } = page
  const behind =
    before === undefined
      ? sql`true`
      : sql`(ordered_at, deal_id) < (${before.at.toString()}::timestamptz, ${before.id})`
  const rows = await sql<DealColumns>`
    select * from jifen.deal
    where shop_id = ${shopId} and sku = ${sku} and ${behind}
    order by shop_id desc, sku desc, ordered_at desc, deal_id desc
    limit ${limit}
  `.execute(db)
  return rows.rows.map(dealOf)
}

/**
 * The lowest price that counts of each SKU, in their order; what counts is in `asked` (PV-1 to PV-5), and
 * nothing is decided here. `recordedBy`: of what was recorded by then; slower, for few SKUs.
 */
export async function lowestDeals(
  db: Reader,
  asked: DealsAsked,
  skus: readonly SkuKey[],
  recordedBy?: Temporal.Instant,
): Promise<(LowestDeal | undefined)[]> {
  const values = dealsAskedOf(asked, skus)
  if (recordedBy !== undefined) values.push(recordedBy.toString())
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const text = `
    select k.n, d.deal_id, d.ordered_at, d.counted_fen
    from unnest($1::int[], $2::text[], $3::text[]) as k (n, shop_id, sku)
    cross join lateral (
      select deal_id, ordered_at, ${countedText(asked.counted, parameter)} as counted_fen
      from jifen.deal
      where shop_id = k.shop_id and sku = k.sku
        and ordered_at >= $4::timestamptz and ordered_at < $5::timestamptz
        and (event is null or event = any($6::text[]))
        ${asked.paidOnly ? '' : 'and not paid_only'}
        ${recordedBy === undefined ? '' : 'and recorded_at <= $7::timestamptz'}
      order by counted_fen, ordered_at, deal_id collate "C"
      limit 1
    ) d
  `
  const answered = await db.executeQuery<LowestRow>(CompiledQuery.raw(text, values))
  const lowest: (LowestDeal | undefined)[] = skus.map(() => undefined)
  for (const row of answered.rows) {
    lowest[row.n] = {
      dealId: row.deal_id,
      orderedAt: row.ordered_at,
      priceFen: asFen(row.counted_fen),
    }
  }
  return lowest
}

type LowestRow = {
  readonly n: number
  readonly deal_id: string
  readonly ordered_at: Temporal.Instant
  readonly counted_fen: number
}

/** The price of one unit less what counts, as `countedPriceOf` has it. */
export function countedText(
  counted: readonly Counted[],
  parameter: (value: unknown) => string,
): string {
  const parts = counted.map(({ component, fromPpm }) => {
    const fen = columnOf[component]
    if (fromPpm === 0) return `coalesce(${fen}, 0)`
    const from = parameter(fromPpm)
    return `case when ${fen} * 1000000 >= ${from}::bigint * price_fen then ${fen} else 0 end`
  })
  return `greatest(0, price_fen - (${['0', ...parts].join(' + ')})) / units`
}

export function instantTextOf(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toString()
}

type DealColumns = {
  readonly shop_id: string
  readonly sku: string
  readonly deal_id: string
  readonly ordered_at: Temporal.Instant
  readonly units: number
  readonly price_fen: number
  readonly event: string | null
  readonly paid_only: boolean
  readonly recorded_at: Temporal.Instant
  readonly source: DealSource
} & { readonly [Column in (typeof columnOf)[Component]]: number | null }

function dealOf(row: DealColumns): DealRow {
  const off = components.flatMap((name): [Component, number][] => {
    const fen = row[columnOf[name]]
    return fen === null ? [] : [[name, fen]]
  })
  return {
    shopId: row.shop_id,
    sku: row.sku,
    dealId: row.deal_id,
    orderedAt: row.ordered_at,
    units: row.units,
    priceFen: row.price_fen,
    off: Object.fromEntries(off),
    event: row.event,
    paidOnly: row.paid_only,
    recordedAt: row.recorded_at,
    source: row.source,
  }
}

/** The parameters $1 to $6 of a statement about deals of SKUs: number, shop, SKU, window, events. */
export function dealsAskedOf({ window, events }: DealsAsked, skus: readonly SkuKey[]): unknown[] {
  const numbers = skus.map((_, n) => n)
  const shops = skus.map((each) => each.shopId)
  const codes = skus.map((each) => each.sku)
  return [
    binaryArray('int', numbers),
    binaryArray('text', shops),
    binaryArray('text', codes),
    instantTextOf(window.fromMs),
    instantTextOf(window.toMs),
    binaryArray('text', events),
  ]
}
