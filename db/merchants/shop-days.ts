import { CompiledQuery, sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows, type Columns } from '#db/rows.ts'
import {
  counterNames,
  type CounterName,
  type Counters,
} from '#rules/merchants/metrics/counter-names.ts'
import { windowKey, type WindowSum } from '#rules/merchants/metrics/measure.ts'

/** What is to be added to the counters of a shop on a day since 1970-01-01. */
export type DayChange = {
  readonly shopId: string
  readonly day: number
  readonly counters: Counters
}

/** The counters of a shop on a day. */
export type ShopDay = DayChange

/** The column of each counter. */
export const columnOf = Object.fromEntries(
  counterNames.map((name) => [
    name,
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ]),
) as Readonly<Record<CounterName, string>>

/** Adds to the counters of shops, in the order of their ids and days. */
export async function addToShopDays(tx: Writer, changes: readonly DayChange[]): Promise<void> {
  if (changes.length === 0) return
  const counters = counterNames.map((name): [string, Columns[string]] => [
    columnOf[name],
    ['bigint', changes.map((change) => change.counters[name] ?? 0)],
  ])
  const columns: Columns = {
    shop_id: ['text', changes.map((change) => change.shopId)],
    day: ['int', changes.map((change) => change.day)],
    ...Object.fromEntries(counters),
  }
  const sums = counterNames.map(
    (name) => `${columnOf[name]} = d.${columnOf[name]} + excluded.${columnOf[name]}`,
  )
  await overRows(
    tx,
    columns,
    (unnested, names) => `
      insert into jifen.shop_day as d (${names})
      select * from (${unnested}) as added (${names}) order by shop_id, day
      on conflict (shop_id, day) do update set ${sums.join(', ')}`,
  )
}

/** The counters of a shop on the days `[from, to)`, the earliest first. */
export async function shopDays(
  db: Reader,
  shopId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<ShopDay[]> {
  const rows = await sql<Readonly<Record<string, number>>>`
    select shop_day.* from jifen.shop_day ${sql.raw(sinceJoin)}
    where shop_id = ${shopId} and day >= ${from} and day < ${to} and ${sql.raw(isSince('day'))}
    order by day
  `.execute(db)
  return rows.rows.map((row) => ({
    shopId,
    day: row['day'] ?? 0,
    counters: Object.fromEntries(counterNames.map((name) => [name, row[columnOf[name]] ?? 0])),
  }))
}

/**
 * Sums of counters over the days of windows that end before a day, by shop and `windowKey`: of every
 * shop, or of those named. A shop that has no days is left out.
 */
export async function sumsOfShops(
  db: Reader,
  windows: readonly WindowSum[],
  day: number,
  shopIds?: readonly string[],
): Promise<Map<string, ReadonlyMap<string, number>>> {
  if (windows.length === 0) return new Map()
  const keys = windows.map(windowKey)
  const sums = windows.map(
    ({ counter, windowDays }, n) =>
      `coalesce(sum(${columnOf[counter]}) filter (where day >= $1::int - ${windowDays}), 0)::bigint as s${n}`,
  )
  const longest = Math.max(...windows.map((each) => each.windowDays))
  const named = shopIds === undefined ? '' : 'and shop_id = any ($2::text[])'
  const text = `
    select shop_id, ${sums.join(', ')}
    from jifen.shop_day ${sinceJoin}
    where day >= $1::int - ${longest} and day < $1::int and ${isSince('day')} ${named}
    group by shop_id`
  const values = shopIds === undefined ? [day] : [day, [...shopIds]]
  const rows = await db.executeQuery<Readonly<Record<string, unknown>>>(
    CompiledQuery.raw(text, values),
  )
  return new Map(
    rows.rows.map((row) => [
      row['shop_id'] as string,
      new Map(keys.map((key, n) => [key, row[`s${n}`] as number])),
    ]),
  )
}

/** Metrics of a shop may begin anew: what was before that day counts no more. */
const sinceJoin = `
  left join (
    select shop_id, (since at time zone (select zone from jifen.market))::date - date '1970-01-01'
      as first_day
    from jifen.shop_metrics_since
  ) as anew using (shop_id)`

function isSince(column: string): string {
  return `(first_day is null or ${column} >= first_day)`
}

/** How many members bought from shops in windows that end before a day, by shop and window. */
export async function buyersOfShops(
  db: Reader,
  windows: readonly number[],
  day: number,
  shopIds?: readonly string[],
): Promise<Map<string, ReadonlyMap<number, number>>> {
  if (windows.length === 0) return new Map()
  const counts = windows.map(
    (days, n) => `count(*) filter (where last >= $1::int - ${days})::bigint as b${n}`,
  )
  const named = shopIds === undefined ? '' : 'and shop_id = any ($2::text[])'
  const text = `
    select shop_id, ${counts.join(', ')}
    from (
      select shop_id, member_id, max(sold_day) as last
      from jifen.shop_order ${sinceJoin}
      where sold_day is not null and ${isSince('sold_day')} and sold_day >= $1::int - ${Math.max(...windows)}
        and sold_day < $1::int ${named}
      group by shop_id, member_id
    ) as bought
    group by shop_id`
  const values = shopIds === undefined ? [day] : [day, [...shopIds]]
  const rows = await db.executeQuery<Readonly<Record<string, unknown>>>(
    CompiledQuery.raw(text, values),
  )
  return new Map(
    rows.rows.map((row) => [
      row['shop_id'] as string,
      new Map(windows.map((days, n) => [days, row[`b${n}`] as number])),
    ]),
  )
}
