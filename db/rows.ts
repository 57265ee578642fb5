import { CompiledQuery } from 'kysely'
import type { Reader } from '#db/connection.ts'
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
