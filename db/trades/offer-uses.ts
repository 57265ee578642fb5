import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** One use of an offer that is limited. */
export type OfferUse = {
  readonly offer: string
  readonly offFen: number
  /** Whether the number of uses that there are was drawn on, and the budget. */
  readonly ofTotal: boolean
  readonly ofBudget: boolean
}

/** How often a member used each limited offer, those of closed trades left out. */
export async function offerUseCounts(
  db: Reader,
  memberId: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ offer: string; uses: number }>`
    select offer, count(*) as uses from jifen.offer_use where member_id = ${memberId} group by offer
  `.execute(db)
  return new Map(rows.rows.map((row) => [row.offer, row.uses]))
}

/** Writes what a trade uses of limited offers. */
export async function insertOfferUses(
  tx: Writer,
  memberId: string,
  tradeId: string,
  uses: readonly OfferUse[],
): Promise<void> {
  if (uses.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', uses.map(() => memberId)],
      offer: ['text', uses.map((use) => use.offer)],
      trade_id: ['text', uses.map(() => tradeId)],
      off_fen: ['bigint', uses.map((use) => use.offFen)],
      of_total: ['boolean', uses.map((use) => use.ofTotal)],
      of_budget: ['boolean', uses.map((use) => use.ofBudget)],
    },
    (rows, names) => `insert into jifen.offer_use (${names}) ${rows}`,
  )
}

/** Takes the uses of a trade that was never paid away, and returns them. */
export async function deleteOfferUses(
  tx: Writer,
  memberId: string,
  tradeId: string,
): Promise<OfferUse[]> {
  const rows = await sql<OfferUse>`
    delete from jifen.offer_use
    where member_id = ${memberId} and trade_id = ${tradeId}
    returning offer, off_fen as "offFen", of_total as "ofTotal", of_budget as "ofBudget"
  `.execute(tx)
  return rows.rows.toSorted((a, b) => (a.offer < b.offer ? -1 : 1))
}
