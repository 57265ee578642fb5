import type { ColumnType } from 'kysely'

/** An instant: read as `Temporal.Instant`, written as ISO 8601 text. */
export type InstantColumn = ColumnType<Temporal.Instant, string, string>

/** A business day: read as `Temporal.PlainDate`, written as ISO 8601 text. */
export type DayColumn = ColumnType<Temporal.PlainDate, string, string>
