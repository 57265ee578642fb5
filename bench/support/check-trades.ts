import { memberName, type MarketDay } from '#bench/support/market-day.ts'
import type { Deployment } from '#test/accept/support/deployment.ts'
import { runVerify } from '#test/accept/support/verify.ts'

/** Both sides must have done what was counted, and the product's books must be right. */
export async function checkTrades(
  deployment: Deployment,
  placed: number,
  barePlaced: number,
  day: MarketDay,
): Promise<void> {
  const database = await deployment.database()
  const middle = memberName(Math.floor(day.members / 2))
  const { rows } = await database.query<{ bare: boolean; trades: number; discounted: number }>(
    `select t.member_id > $1 as bare, count(*) as trades,
       count(*) filter (where exists (
         select from jifen.allocation a
         where a.member_id = t.member_id and a.trade_id = t.trade_id and a.instrument = 'allowance'
       )) as discounted
     from jifen.trade t group by 1`,
    [middle],
  )
  const found = (isBare: boolean): number => rows.find((row) => row.bare === isBare)?.trades ?? 0
  // Two more were placed to see how.
  if (found(false) !== placed || found(true) !== barePlaced + 2) {
    throw new Error(`placed were ${placed} and ${barePlaced}, found ${JSON.stringify(rows)}`)
  }
  if (rows.some((row) => row.discounted < row.trades * 0.9)) {
    throw new Error(`most trades use an allowance, not ${JSON.stringify(rows)}`)
  }
  const { faults } = await runVerify(deployment.home)
  const ours = faults.filter((fault) => fault.member_id <= middle)
  if (ours.length > 0) throw new Error(`the books are wrong: ${JSON.stringify(ours[0])}`)
}
