import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'

/** An event that somebody registered for, or that was called off. */
export type EntryEvent = {
  readonly event: string
  readonly isSettled: boolean
  readonly calledOffAt: Temporal.Instant | null
  readonly calledOffBy: string | null
  readonly reason: string | null
}

/**
 * Keeps that somebody registers for an event, and that it is not called off meanwhile: those who register
 * do not wait for each other.
 */
export async function knowEvent(tx: Writer, event: string): Promise<EntryEvent> {
  for (;;) {
    const rows = await sql<EntryEvent>`
      select ${columns} from jifen.entry_event where event = ${event} for key share
    `.execute(tx)
    const [known] = rows.rows
    if (known?.isSettled === false || known?.calledOffAt instanceof Temporal.Instant) return known
    await sql`
      insert into jifen.entry_event (event) values (${event})
      on conflict (event) do update set is_settled = false
    `.execute(tx)
  }
}

export async function eventByName(db: Reader, event: string): Promise<EntryEvent | undefined> {
  const rows = await sql<EntryEvent>`
    select ${columns} from jifen.entry_event where event = ${event}
  `.execute(db)
  return rows.rows[0]
}

/** Locks the line of an event: for whoever joins it, and whoever moves it up. */
export async function lockEvent(tx: Writer, event: string): Promise<EntryEvent | undefined> {
  const rows = await sql<EntryEvent>`
    select ${columns} from jifen.entry_event where event = ${event} for no key update
  `.execute(tx)
  return rows.rows[0]
}

/** Locks an event against everybody who registers for it. */
export async function closeEvent(tx: Writer, event: string): Promise<EntryEvent | undefined> {
  const rows = await sql<EntryEvent>`
    select ${columns} from jifen.entry_event where event = ${event} for update
  `.execute(tx)
  return rows.rows[0]
}

/** The events of which something may be due. */
export async function unsettledEvents(db: Reader): Promise<EntryEvent[]> {
  const rows = await sql<EntryEvent>`
    select ${columns} from jifen.entry_event where not is_settled order by event
  `.execute(db)
  return rows.rows
}

/** Keeps that nothing more is due of a locked event. */
export async function settleEvent(tx: Writer, event: string): Promise<void> {
  await sql`update jifen.entry_event set is_settled = true where event = ${event}`.execute(tx)
}

/** Keeps that an event is called off. */
export async function recordCallingOff(
  tx: Writer,
  off: {
    readonly event: string
    readonly at: Temporal.Instant
    readonly by: string
    readonly reason: string
  },
): Promise<void> {
  await sql`
    insert into jifen.entry_event (event, called_off_at, called_off_by, reason)
    values (${off.event}, ${off.at.toString()}::timestamptz, ${off.by}, ${off.reason})
    on conflict (event) do update set is_settled = false, called_off_at = excluded.called_off_at,
      called_off_by = excluded.called_off_by, reason = excluded.reason
  `.execute(tx)
}

const columns = sql`
  event, is_settled as "isSettled", called_off_at as "calledOffAt",
  called_off_by as "calledOffBy", reason
`
