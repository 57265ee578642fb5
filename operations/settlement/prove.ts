import type { Database } from '#db/connection.ts'
import { fundedIn, planByValues, takenIn } from '#db/settlement.ts'
import { countTrades, firstPlace, nextTradeBooks, type TradePlace } from '#db/trade-books.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { statementOf, type Moved } from '#rules/settlement/statement.ts'
import { faultsOf, movedIn } from '#rules/settlement/trade-books.ts'
import { nothingMoved, sumOfMoved } from '#rules/settlement/tally.ts'

/** Something that is wrong with the books of one trade; without one, with a statement. */
export type SettlementFault = Partial<TradePlace> & { readonly what: string }

export type Proof = {
  readonly trades: number
  /** How many faults there are, and the first of them. */
  readonly faultCount: number
  readonly faults: readonly SettlementFault[]
}

const batchSize = 500
const faultsKept = 100

/**
 * Reads the books of every trade one by one: each must be right by itself (ST-8), and what they add
 * up to must be the statement that the database sums up for the period (ST-5). Nothing is written.
 */
export async function proveSettlement(
  db: Database,
  { from, to }: { readonly from: Temporal.Instant; readonly to: Temporal.Instant },
  onProgress: (trades: number, of: number) => void = () => undefined,
): Promise<Proof> {
  const period = { fromMs: from.epochMilliseconds, toMs: to.epochMilliseconds }
  return await inSnapshot(db, async (tx): Promise<Proof> => {
    const [, all, funded, taken] = await Promise.all([
      planByValues(tx),
      countTrades(tx),
      fundedIn(tx, { from, to }),
      takenIn(tx, { from, to }),
    ])

    const faults: SettlementFault[] = []
    let faultCount = 0
    let trades = 0
    let moved = nothingMoved
    const add = (found: readonly SettlementFault[]): void => {
      faultCount += found.length
      faults.push(...found.slice(0, faultsKept - faults.length))
    }
    for (let after = firstPlace; ;) {
      const batch = await nextTradeBooks(tx, after, batchSize)
      const last = batch.at(-1)
      if (last === undefined) break
      for (const trade of batch) {
        const { memberId, tradeId } = trade
        add(faultsOf(trade).map((what) => ({ memberId, tradeId, what })))
      }
      moved = sumOfMoved([moved, ...batch.map((trade) => movedIn(trade, period))])
      trades += batch.length
      onProgress(trades, all)
      after = last
    }

    add(differences({ funded, taken, points: [] }, moved))
    return { trades, faultCount, faults }
  })
}

/** What the sum of the database and the sum over trades tell differently. */
function differences(summed: Moved, oneByOne: Moved): SettlementFault[] {
  const [is, should] = [statementOf(summed), statementOf(oneByOne)]
  const told = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row))
  return (['funding', 'shops'] as const).flatMap((section) => {
    const known = new Set(told(should[section]))
    const wrong = told(is[section]).filter((row) => !known.has(row))
    const all = new Set(told(is[section]))
    const missing = told(should[section]).filter((row) => !all.has(row))
    return [
      ...wrong.map((row) => ({ what: `the statement tells ${row}, its trades do not` })),
      ...missing.map((row) => ({ what: `the trades add up to ${row}, the statement does not` })),
    ]
  })
}
