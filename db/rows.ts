import { CompiledQuery } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { binaryArray, type ColumnType } from '#db/arrays.ts'

/** The columns of many rows: for each, its SQL type and its values, one per row. */
export type Columns = Readonly<
  Record<string, readonly [type: ColumnType, values: readonly unknown[]]>
>

/**
 * Runs one statement over many rows. `text` is given them as a select and the list of their column
 * names; it is the same for the same columns, whatever their values, so it is prepared once.
 */
export async function overRows<Row>(
  db: Reader,
  columns: Columns,
  text: (rows: string, names: string) => string,
): Promise<Row[]> {
  const arrays = Object.values(columns)
  const unnested = arrays.map(([type], index) => `$${index + 1}::${type}[]`).join(', ')
  const statement = text(`select * from unnest(${unnested})`, Object.keys(columns).join(', '))
  const values = arrays.map(([type, of]) => binaryArray(type, of))
  const answered = await db.executeQuery<Row>(CompiledQuery.raw(statement, values))
  return answered.rows
}

/** One of the statements that `overRowsOfAll` sends as one. */
export type Part = {
  readonly columns: Columns
  /** As that of `overRows`. */
  readonly text: (rows: string, names: string) => string
}

/**
 * Runs several statements over many rows as one, and tells nothing of what they return. They write
 * different tables and see none of each other's rows.
 */
export async function overRowsOfAll(db: Writer, parts: readonly Part[]): Promise<void> {
  const values: unknown[] = []
  const texts = parts.map(({ columns, text }) => {
    const unnested = Object.values(columns).map(([type, of]) => {
      values.push(binaryArray(type, of))
      return `$${values.length}::${type}[]`
    })
    const rows = `select * from unnest(${unnested.join(', ')})`
    return text(rows, Object.keys(columns).join(', '))
  })
  const last = texts.pop()
  if (last === undefined) return
  const named = texts.map((text, n) => `part_${n} as (${text})`)
  const statement = named.length === 0 ? last : `with ${named.join(', ')} ${last}`
  await db.executeQuery(CompiledQuery.raw(statement, values))
}
