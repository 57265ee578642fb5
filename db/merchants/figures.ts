import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** The figures of all shops of a day, as they were made. */
export type FiguresRun = {
  /** Since 1970-01-01. */
  readonly day: number
  readonly madeAt: Temporal.Instant
  /** Whether what they rest on has changed since. */
  readonly stale: boolean
  /** `merchantMetrics@1`. */
  readonly policy: string
  readonly shops: number
}

/** The figures of a shop on a day; `figures` is JSON. */
export type FiguresRow = {
  readonly shopId: string
  readonly day: number
  readonly mainCategory: string
  readonly figures: string
}

/** The run of a day. */
export async function figuresRun(db: Reader, day: number): Promise<FiguresRun | undefined> {
  const rows = await sql<FiguresRun>`
    select day, made_at as "madeAt", stale, policy, shops
    from jifen.shop_figures_run where day = ${day}
  `.execute(db)
  return rows.rows[0]
}

/** The runs of days that are kept, the latest first. */
export async function figuresRuns(db: Reader): Promise<FiguresRun[]> {
  const rows = await sql<FiguresRun>`
    select day, made_at as "madeAt", stale, policy, shops
    from jifen.shop_figures_run order by day desc
  `.execute(db)
  return rows.rows
}

/** Whatever changed on a day, the latest figures that rest on it are not up to date. */
export async function markRunStale(tx: Writer, day: number): Promise<void> {
  await sql`
    update jifen.shop_figures_run
    set stale = true
    where day = (select max(day) from jifen.shop_figures_run) and day > ${day} and not stale
  `.execute(tx)
}

/** Writes that the figures of a day were made. */
export async function upsertFiguresRun(tx: Writer, run: FiguresRun): Promise<void> {
  await sql`
    insert into jifen.shop_figures_run (day, made_at, stale, policy, shops)
    values (${run.day}, ${run.madeAt.toString()}::timestamptz, ${run.stale}, ${run.policy},
      ${run.shops})
    on conflict (day) do update set
      made_at = excluded.made_at, stale = excluded.stale, policy = excluded.policy,
      shops = excluded.shops
  `.execute(tx)
}

export async function upsertFigures(tx: Writer, rows: readonly FiguresRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      shop_id: ['text', rows.map((row) => row.shopId)],
      day: ['int', rows.map((row) => row.day)],
      main_category: ['text', rows.map((row) => row.mainCategory)],
      figures: ['json', rows.map((row) => row.figures)],
    },
    (unnested, names) => `
      insert into jifen.shop_figures (${names})
      ${unnested}
      on conflict (shop_id, day) do update set
        main_category = excluded.main_category, figures = excluded.figures`,
  )
}

/** The figures of shops on days. */
export async function figuresOfShops(
  db: Reader,
  shopIds: readonly string[],
  days: readonly number[],
): Promise<FiguresRow[]> {
  if (shopIds.length === 0 || days.length === 0) return []
  const rows = await sql<FiguresRow>`
    select f.shop_id as "shopId", f.day, f.main_category as "mainCategory", f.figures
    from unnest(${[...shopIds]}::text[]) as k (shop_id)
    cross join unnest(${[...days]}::int[]) as d (day)
    join jifen.shop_figures f using (shop_id, day)
    order by f.shop_id, f.day
  `.execute(db)
  return rows.rows
}

/** Forgets the figures of days, and that they were made. */
export async function deleteFigures(tx: Writer, days: readonly number[]): Promise<void> {
  await sql`delete from jifen.shop_figures where day = any (${[...days]}::int[])`.execute(tx)
  await sql`delete from jifen.shop_figures_run where day = any (${[...days]}::int[])`.execute(tx)
}

/** A shop as its figures are made. */
export type ShopToMeasure = {
  readonly shopId: string
  readonly mainCategory: string
  readonly openedOn: Temporal.PlainDate
  readonly isOpen: boolean
}

/** Every shop, by id; or those named. */
export async function shopsToMeasure(
  db: Reader,
  shopIds?: readonly string[],
): Promise<ShopToMeasure[]> {
  const named = shopIds === undefined ? sql`true` : sql`shop_id = any (${[...shopIds]}::text[])`
  const rows = await sql<ShopToMeasure>`
    select shop_id as "shopId", main_category as "mainCategory", opened_on as "openedOn",
      status = 'open' as "isOpen"
    from jifen.shop where ${named} order by shop_id
  `.execute(db)
  return rows.rows
}
