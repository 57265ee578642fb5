import { sql, type RawBuilder } from 'kysely'
import { binaryArray, type ColumnType } from '#db/ledger/_arrays.ts'

/** The columns of many rows: for each, its SQL type and its values, one per row. */
export type Columns = Readonly<
  Record<string, readonly [type: ColumnType, values: readonly unknown[]]>
>

/** `select * from unnest(...)` over columns: many rows in one statement. */
export function rowsOf(columns: Columns): RawBuilder<unknown> {
  const arrays = Object.values(columns).map(
    ([type, values]) => sql`${binaryArray(type, values)}::${sql.raw(type)}[]`,
  )
  return sql`select * from unnest(${sql.join(arrays)})`
}

/** The column names of `columns`, joined for an insert. */
export function namesOf(columns: Columns): RawBuilder<unknown> {
  return sql.join(Object.keys(columns).map((name) => sql.ref(name)))
}
