import type { ColumnType } from 'kysely'

/** An instant: read as `Temporal.Instant`, written as ISO 8601 text. */
export type InstantColumn = ColumnType<Temporal.Instant, string, string>
