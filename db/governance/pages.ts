import { sql, type RawBuilder, type SqlBool } from 'kysely'

/** A page of a list by time, the newest first: behind a place, so many. */
export type PageAsked = {
  readonly behind: { readonly at: Temporal.Instant; readonly id: string } | undefined
  readonly limit: number
}

/** The condition of a page over columns of an instant and an id. */
export function behindPlace(
  { behind }: PageAsked,
  at: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  if (behind === undefined) return sql<SqlBool>`true`
  return sql<SqlBool>`(${at}, ${id}) < (${behind.at.toString()}::timestamptz, ${behind.id})`
}

/** The condition that a column has a value, where one is asked for. */
export function isAsked(column: RawBuilder<unknown>, value: string | undefined) {
  return value === undefined ? sql<SqlBool>`true` : sql<SqlBool>`${column} = ${value}`
}
