import type { Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** One use of an offer that is limited. */
export type OfferUse = {
  readonly offer: string
  readonly offFen: number
  /** Whether the number of uses that there are was drawn on, and the budget. */
  readonly ofTotal: boolean
  readonly ofBudget: boolean
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
  const gone = await deleteOfferUsesOf(tx, [{ memberId, tradeId }])
  return gone.map(({ offer, offFen, ofTotal, ofBudget }) => ({ offer, offFen, ofTotal, ofBudget }))
}

/** Takes the uses of trades that were never paid away, and returns them in the order of the offers. */
export async function deleteOfferUsesOf(
  tx: Writer,
  trades: readonly { readonly memberId: string; readonly tradeId: string }[],
): Promise<(OfferUse & { readonly memberId: string })[]> {
  if (trades.length === 0) return []
  const gone = await overRows<OfferUse & { readonly memberId: string }>(
    tx,
    {
      member_id: ['text', trades.map((each) => each.memberId)],
      trade_id: ['text', trades.map((each) => each.tradeId)],
    },
    (rows, names) => `
    delete from jifen.offer_use u
    using (${rows}) as k (${names})
    where u.member_id = k.member_id and u.trade_id = k.trade_id
    returning u.member_id as "memberId", u.offer, u.off_fen as "offFen", u.of_total as "ofTotal",
      u.of_budget as "ofBudget"
  `,
  )
  return gone.toSorted((a, b) => (a.offer < b.offer ? -1 : 1))
}
