import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** One change of a member's tier with what caused it. */
export type TierChange = {
  readonly memberId: string
  /** Counts the member's changes from 1. */
  readonly number: number
  readonly at: Temporal.Instant
  readonly from: string | null
  readonly to: string | null
  readonly cause: Readonly<Record<string, unknown>>
}

/** Appends changes. */
export async function insertTierChanges(tx: Writer, changes: readonly TierChange[]): Promise<void> {
  if (changes.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', changes.map((each) => each.memberId)],
      number: ['int', changes.map((each) => each.number)],
      at: ['timestamptz', changes.map((each) => each.at)],
      from_tier: ['text', changes.map((each) => each.from)],
      to_tier: ['text', changes.map((each) => each.to)],
      cause: ['json', changes.map((each) => JSON.stringify(each.cause))],
    },
    (rows, names) => `insert into jifen.tier_change (${names}) ${rows}`,
  )
}

/** The latest changes of a member's tier, below a number. */
export async function tierChangesPage(
  db: Reader,
  memberId: string,
  { below, limit }: { readonly below: number | undefined; readonly limit: number },
): Promise<TierChange[]> {
  const rows = await db
    .selectFrom('jifen.tier_change')
    .selectAll()
    .where('member_id', '=', memberId)
    .$if(below !== undefined, (query) => query.where('number', '<', below ?? 0))
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    memberId: row.member_id,
    number: row.number,
    at: row.at,
    from: row.from_tier,
    to: row.to_tier,
    cause: JSON.parse(row.cause) as Readonly<Record<string, unknown>>,
  }))
}
