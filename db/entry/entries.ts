import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import type { EntryStatus } from '#rules/entry/entry.ts'

/** A member's entry to an event. */
export type EventEntry = {
  readonly memberId: string
  readonly event: string
  readonly nth: number
  /** Its place in the line, over all events. */
  readonly number: number
  /** `entry:x@2`, by which it was registered. */
  readonly policy: string
  readonly source: string
  readonly status: EntryStatus
  readonly points: number
  readonly captured: number
  readonly givenBack: number
  /** Whether it counts as one of the limited places. */
  readonly ofCapacity: boolean
  /** The temporary rules that were accepted with it. */
  readonly rules: string | null
  readonly registeredAt: Temporal.Instant
  readonly admittedAt: Temporal.Instant | null
  readonly capturedAt: Temporal.Instant | null
  readonly checkedInAt: Temporal.Instant | null
  readonly toldAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
  /** JSON. */
  readonly cause: string
}

/** Writes a new entry, which gets its number. */
export async function insertEntry(
  tx: Writer,
  entry: Omit<EventEntry, 'number' | 'captured' | 'givenBack' | 'toldAt' | 'endedAt'>,
): Promise<EventEntry> {
  const rows = await sql<EventEntry>`
    insert into jifen.event_entry as e (
      member_id, event, nth, policy, source, status, points, of_capacity, rules, registered_at,
      admitted_at, captured_at, checked_in_at, cause
    ) values (
      ${entry.memberId}, ${entry.event}, ${entry.nth}, ${entry.policy}, ${entry.source},
      ${entry.status}, ${entry.points}, ${entry.ofCapacity}, ${entry.rules},
      ${textOf(entry.registeredAt)}::timestamptz, ${textOf(entry.admittedAt)}::timestamptz,
      ${textOf(entry.capturedAt)}::timestamptz, ${textOf(entry.checkedInAt)}::timestamptz,
      ${entry.cause}::json
    )
    returning ${columns}
  `.execute(tx)
  return rows.rows[0]!
}

/** Writes what may change of entries that are there, with their members locked. */
export async function updateEntries(tx: Writer, entries: readonly EventEntry[]): Promise<void> {
  if (entries.length === 0) return
  const times = (of: (entry: EventEntry) => Temporal.Instant | null) =>
    entries.map((entry) => textOf(of(entry)))
  await sql`
    update jifen.event_entry e
    set status = n.status, captured = n.captured, given_back = n.given_back,
      of_capacity = n.of_capacity, rules = n.rules, admitted_at = n.admitted_at,
      captured_at = n.captured_at, checked_in_at = n.checked_in_at, told_at = n.told_at,
      ended_at = n.ended_at
    from unnest(
      ${entries.map((each) => each.memberId)}::text[],
      ${entries.map((each) => each.event)}::text[],
      ${entries.map((each) => each.nth)}::int[],
      ${entries.map((each) => each.status)}::text[],
      ${entries.map((each) => each.captured)}::bigint[],
      ${entries.map((each) => each.givenBack)}::bigint[],
      ${entries.map((each) => each.ofCapacity)}::boolean[],
      ${entries.map((each) => each.rules)}::text[],
      ${times((each) => each.admittedAt)}::timestamptz[],
      ${times((each) => each.capturedAt)}::timestamptz[],
      ${times((each) => each.checkedInAt)}::timestamptz[],
      ${times((each) => each.toldAt)}::timestamptz[],
      ${times((each) => each.endedAt)}::timestamptz[]
    ) as n (
      member_id, event, nth, status, captured, given_back, of_capacity, rules, admitted_at,
      captured_at, checked_in_at, told_at, ended_at
    )
    where e.member_id = n.member_id and e.event = n.event and e.nth = n.nth
  `.execute(tx)
}

/** All entries of a member to an event, the last first. */
export async function entriesTo(
  db: Reader,
  memberId: string,
  event: string,
): Promise<EventEntry[]> {
  const rows = await sql<EventEntry>`
    select ${columns} from jifen.event_entry e
    where member_id = ${memberId} and event = ${event}
    order by nth desc
  `.execute(db)
  return rows.rows
}

/** The open entries of members, by member and event. */
export async function openEntriesOf(
  db: Reader,
  memberIds: readonly string[],
  event?: string,
): Promise<EventEntry[]> {
  const rows = await sql<EventEntry>`
    select ${columns} from jifen.event_entry e
    where member_id = any(${memberIds}::text[]) and status in ('waiting', 'admitted')
      and (${event ?? null}::text is null or event = ${event ?? null})
    order by member_id, event
  `.execute(db)
  return rows.rows
}

/** A page of a member's entries, the newest first. */
export async function entriesPage(
  db: Reader,
  memberId: string,
  page: { readonly offset: number; readonly limit: number },
): Promise<EventEntry[]> {
  const rows = await sql<EventEntry>`
    select ${columns} from jifen.event_entry e
    where member_id = ${memberId}
    order by registered_at desc, number desc
    offset ${page.offset} limit ${page.limit}
  `.execute(db)
  return rows.rows
}

/** A page of an event's entries, in the order of the line. */
export async function entriesOfEvent(
  db: Reader,
  event: string,
  page: {
    readonly status?: EntryStatus | undefined
    readonly offset: number
    readonly limit: number
  },
): Promise<EventEntry[]> {
  const rows = await sql<EventEntry>`
    select ${columns} from jifen.event_entry e
    where event = ${event}
      and (${page.status ?? null}::text is null or status = ${page.status ?? null})
    order by number
    offset ${page.offset} limit ${page.limit}
  `.execute(db)
  return rows.rows
}

/** When a member did not come to events. */
export async function missedBy(db: Reader, memberId: string): Promise<Temporal.Instant[]> {
  const rows = await sql<{ ended_at: Temporal.Instant }>`
    select ended_at from jifen.event_entry
    where member_id = ${memberId} and status = 'missed'
    order by ended_at desc
    limit 1000
  `.execute(db)
  return rows.rows.map((row) => row.ended_at)
}

/** How many wait for an event, all of them or those before a number. */
export async function waitingBefore(db: Reader, event: string, number?: number): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*)::int as count from jifen.event_entry
    where event = ${event} and status = 'waiting'
      and (${number ?? null}::bigint is null or number < ${number ?? null})
  `.execute(db)
  return rows.rows[0]?.count ?? 0
}

/** The first of those who wait for an event. */
export async function firstWaiting(db: Reader, event: string): Promise<EventEntry | undefined> {
  const rows = await sql<EventEntry>`
    select ${columns} from jifen.event_entry e
    where event = ${event} and status = 'waiting'
    order by number
    limit 1
  `.execute(db)
  return rows.rows[0]
}

/** What of the entries to an event is looked for. */
const looks = {
  waiting: sql`status = 'waiting'`,
  admitted: sql`status = 'admitted'`,
  uncaptured: sql`status = 'admitted' and captured_at is null`,
  untold: sql`status = 'admitted' and told_at is null`,
  vacated: sql`status = 'forfeited' and of_capacity`,
  open: sql`status in ('waiting', 'admitted')`,
  uncalled: sql`status in ('waiting', 'admitted', 'attended')`,
} as const

export type Look = keyof typeof looks

/** Some entries of one kind to an event, by member; with ids, only of those members. */
export async function someEntries(
  db: Reader,
  event: string,
  look: Look,
  limit: number,
  memberIds?: readonly string[],
): Promise<EventEntry[]> {
  const rows = await sql<EventEntry>`
    select ${columns} from jifen.event_entry e
    where event = ${event} and ${looks[look]}
      and (${memberIds ?? null}::text[] is null or member_id = any(${memberIds ?? null}::text[]))
    order by member_id
    limit ${limit}
  `.execute(db)
  return rows.rows
}

function textOf(instant: Temporal.Instant | null): string | null {
  return instant === null ? null : instant.toString()
}

const columns = sql`
  e.member_id as "memberId", e.event, e.nth, e.number, e.policy, e.source, e.status, e.points,
  e.captured, e.given_back as "givenBack", e.of_capacity as "ofCapacity", e.rules,
  e.registered_at as "registeredAt", e.admitted_at as "admittedAt",
  e.captured_at as "capturedAt", e.checked_in_at as "checkedInAt", e.told_at as "toldAt",
  e.ended_at as "endedAt", e.cause::text as cause
`
