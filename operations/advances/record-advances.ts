import { owedCounts, updateAdvances } from '#db/advances/advances.ts'
import { insertAdvanceEntries } from '#db/advances/entries.ts'
import type { Writer } from '#db/connection.ts'
import { announce, type Announcement } from '#operations/announcements/announce.ts'
import { setUnpaidAdvances } from '#operations/score/set-unpaid-advances.ts'
import { statusOf, sumsOf, type AdvanceChange } from '#rules/advances/advance.ts'

/** What becomes of a member's advances by one act. */
export type AdvanceRecord = {
  readonly memberId: string
  readonly change: AdvanceChange
  /** Names the act, once for each line it moves. */
  readonly ref: string
  readonly cause: Readonly<Record<string, unknown>>
}

/**
 * Writes what became of advances whose members are locked: the entries, what they come to, how many
 * are owed now, which lowers the base score, and what the member is told.
 */
export async function recordAdvances(
  tx: Writer,
  by: { readonly at: Temporal.Instant; readonly actor: string },
  records: readonly AdvanceRecord[],
): Promise<void> {
  if (records.length === 0) return
  const { at, actor } = by
  await Promise.all([
    updateAdvances(
      tx,
      records.flatMap(({ memberId, change }) =>
        change.changed.map((advance) => ({ memberId, advance })),
      ),
      at,
    ),
    insertAdvanceEntries(
      tx,
      records.flatMap(({ memberId, change, ref, cause }) =>
        change.moves.map((move) => ({
          ...move,
          memberId,
          ref,
          at,
          actor,
          cause: JSON.stringify(cause),
        })),
      ),
    ),
    announce(
      tx,
      records.flatMap((record) => newsOf(record, at)),
    ),
  ])
  await countUnpaid(
    tx,
    records.filter(({ change }) => change.moves.some(isOfDebt)).map(({ memberId }) => memberId),
  )
}

async function countUnpaid(tx: Writer, memberIds: readonly string[]): Promise<void> {
  const counts = await owedCounts(tx, [...new Set(memberIds)])
  for (const [memberId, count] of counts) await setUnpaidAdvances(tx, memberId, count)
}

function isOfDebt({ debit, credit }: AdvanceChange['moves'][number]): boolean {
  return debit === 'owed' || credit === 'owed'
}

function newsOf({ memberId, change, ref }: AdvanceRecord, at: Temporal.Instant): Announcement[] {
  return change.changed.flatMap((advance): Announcement[] => {
    const { advanceId: returnId } = advance
    const status = statusOf(advance)
    const news = { memberId, at, data: { returnId, ...sumsOf(advance) } }
    const becameOwed = change.moves.some(
      (move) => move.advanceId === returnId && move.credit === 'owed',
    )
    if (becameOwed && status === 'owed') {
      return [{ ...news, id: `advance-owed/${returnId}/${ref}`, type: 'jifen.advance.owed.v1' }]
    }
    if (status === 'open' || status === 'owed') return []
    const data = { ...news.data, status }
    return [{ ...news, id: `advance-ended/${returnId}`, type: 'jifen.advance.ended.v1', data }]
  })
}
