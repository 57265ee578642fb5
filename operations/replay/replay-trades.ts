import type { Database } from '#db/connection.ts'
import { readMarket } from '#db/market.ts'
import { countPastTrades, nextPastTrades, type PastTrade } from '#db/past-trades.ts'
import { firstPlace } from '#db/trade-books.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import {
  openDraftedBook,
  problemsOfNames,
  type DraftedBook,
  type Drafts,
  type DraftsRefused,
} from '#operations/replay/_drafts.ts'
import type { Ppm } from '#rules/money/rate.ts'
import type { Basket } from '#rules/pricing/basket.ts'
import { priceBasket } from '#rules/pricing/price.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import { openReplay, type Replay, type ReplayReport } from '#rules/replay/report.ts'

/** Which trades are priced again, and under what. The period is half-open, by when they were placed. */
export type ReplayRequest = {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly drafts: Drafts
  /** Lines that cost less than this part of the list price are told. */
  readonly leastRatio: Ppm
}

export type Replayed = { readonly ok: true; readonly report: ReplayReport } | DraftsRefused

const batchSize = 200

/**
 * Prices past trades again under drafts and compares (RP-1 to RP-6), in one read-only transaction:
 * nothing is written. Limits are as each member had used them up when the trade was placed.
 */
export async function replayTrades(
  db: Database,
  policies: PolicyBook,
  { from, to, drafts, leastRatio }: ReplayRequest,
  onProgress: (trades: number, of: number) => void = () => undefined,
): Promise<Replayed> {
  const refused = problemsOfNames(drafts)
  if (refused !== undefined) return refused

  const replay = openReplay(leastRatio)
  return await inSnapshot(db, async (tx): Promise<Replayed> => {
    const { zone } = await readMarket(tx)
    const book = openDraftedBook(policies, drafts, zone)
    const of = await countPastTrades(tx, { from, to })
    let trades = 0
    for (let after = firstPlace; ;) {
      const batch = await nextPastTrades(tx, { from, to }, after, batchSize)
      const last = batch.at(-1)
      if (last === undefined) return { ok: true, report: replay.report() }
      for (const trade of batch) {
        const added = addTrade(replay, book, trade)
        if (!added.ok) return added
      }
      trades += batch.length
      onProgress(trades, of)
      after = last
    }
  })
}

function addTrade(
  replay: Replay,
  book: DraftedBook,
  trade: PastTrade,
): { readonly ok: true } | DraftsRefused {
  if (trade.kind === 'recorded') {
    replay.addNotPriced()
    return { ok: true }
  }
  const terms = book.at(trade.placedAt)
  if (!terms.ok) return terms

  const { memberId, tradeId } = trade
  const basket = JSON.parse(trade.basket) as Basket
  const before = JSON.parse(trade.quote) as Quote
  const after = priceBasket(basket, terms.index, terms.policy, terms.policyName)
  replay.add({ memberId, tradeId, basket, before, after })
  return { ok: true }
}
