import type { Database } from '#db/connection.ts'
import { protectionPaidIn } from '#db/protection/settled.ts'
import { fundedIn, planByValues, pointsFundedIn, takenIn } from '#db/settlement.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import {
  statementOf,
  type Moved,
  type Statement,
  type StatementOf,
} from '#rules/settlement/statement.ts'

/** What a statement is asked for; the period is half-open. */
export type SettlementRequest = StatementOf & {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
}

/** Who paid which fen in a period (ST-1 to ST-10): summed up where the rows are, on one state of them. */
export async function settle(db: Database, request: SettlementRequest): Promise<Statement> {
  const { from, to, ...of } = request
  const period = { from, to, shop: request.shop }
  const moved = await inSnapshot(db, async (tx): Promise<Moved> => {
    const [, funded, taken, points, protections] = await Promise.all([
      planByValues(tx),
      fundedIn(tx, period),
      takenIn(tx, period),
      pointsFundedIn(tx, period),
      protectionPaidIn(tx, period),
    ])
    return { funded, taken, points, protections }
  })
  return statementOf(moved, of)
}
