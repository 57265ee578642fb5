import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** A figure of a shop that somebody else measured. */
export type ToldFigure = {
  readonly shopId: string
  readonly figure: string
  /** The day that it is of, since 1970-01-01. */
  readonly onDay: number
  /** Who measured it. */
  readonly source: string
  readonly value: number
  readonly toldAt: Temporal.Instant
  readonly toldBy: string
}

/** Appends figures; the same told at the same instant stays as it is. */
export async function insertToldFigures(tx: Writer, rows: readonly ToldFigure[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      shop_id: ['text', rows.map((row) => row.shopId)],
      figure: ['text', rows.map((row) => row.figure)],
      on_day: ['int', rows.map((row) => row.onDay)],
      source: ['text', rows.map((row) => row.source)],
      value: ['bigint', rows.map((row) => row.value)],
      told_at: ['timestamptz', rows.map((row) => row.toldAt)],
      told_by: ['text', rows.map((row) => row.toldBy)],
    },
    (unnested, names) => `
      insert into jifen.shop_told_figure (${names})
      ${unnested}
      on conflict do nothing`,
  )
}

/** Of every figure of shops the last told of the latest day before a day: of all, or of those named. */
export async function toldFigures(
  db: Reader,
  day: number,
  shopIds?: readonly string[],
): Promise<Map<string, readonly ToldFigure[]>> {
  const named = shopIds === undefined ? sql`true` : sql`shop_id = any (${[...shopIds]}::text[])`
  const rows = await sql<ToldFigure>`
    select distinct on (shop_id, figure) shop_id as "shopId", figure, on_day as "onDay", source,
      value, told_at as "toldAt", told_by as "toldBy"
    from jifen.shop_told_figure
    where on_day < ${day} and ${named}
    order by shop_id, figure, on_day desc, told_at desc, source
  `.execute(db)
  return Map.groupBy(rows.rows, (row) => row.shopId)
}
