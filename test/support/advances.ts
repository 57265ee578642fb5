import { makeAdvance, type AdvanceMade } from '#operations/advances/make-advance.ts'
import { readAdvance, readAdvances } from '#operations/advances/read-advances.ts'
import type { KeyReused } from '#operations/requests/keyed.ts'
import { statusOf, sumsOf } from '#rules/advances/advance.ts'
import type { AdvanceLimit } from '#rules/advances/limit.ts'
import { bringInForce } from '#test/support/issuing.ts'
import { fact, tell, type TestMarket } from '#test/support/market.ts'
import { newKey } from '#test/support/paid.ts'
import { contextOf, doubleEleven, openTradeMarket } from '#test/support/trades.ts'

/** When goods of tests are sent back: a day after they were bought. */
export const sentBack = doubleEleven.add({ hours: 24 })

/** A market that advances 400.00 to everybody, for goods that come back within ten days. */
export async function openAdvanceMarket(): Promise<TestMarket> {
  const market = await openTradeMarket()
  await bringInForce(market, 'instantRefund', {
    limits: [{ limit: '400.00' }],
    lessPerUnpaid: '100.00',
    blockedFromUnpaid: 2,
    goodsWithin: 'P10D',
  })
  return market
}

/** An order `o-1` that no trade is known of, of one line: three units for 100.01 if not told otherwise. */
export async function placeOrder(
  market: TestMarket,
  memberId: string,
  { paid = '100.01', quantity = 3 }: { readonly paid?: string; readonly quantity?: number } = {},
): Promise<void> {
  const at = doubleEleven.toString()
  const lines = [{ id: '1', sku: 's', paid, quantity }]
  const data = { orderId: 'o-1', shopId: 'A', paidAt: at, lines }
  await tell(market, [fact(memberId, 'o-1-placed', 'order.placed', at, data)], sentBack)
}

/** Asks for units of an order in advance. */
export async function askOfOrder(
  market: TestMarket,
  memberId: string,
  returnId: string,
  quantity: number,
  orderId = 'o-1',
): Promise<AdvanceMade | KeyReused> {
  const asked = { memberId, returnId, orderId, returned: [{ line: '1', quantity }] }
  return await makeAdvance(contextOf(market, sentBack), asked, newKey())
}

/** An advance as its status and what is open, settled, owed and repaid of it. */
export async function partsOf(
  market: TestMarket,
  memberId: string,
  returnId: string,
): Promise<readonly (string | number)[] | undefined> {
  const known = await readAdvance(market, memberId, returnId)
  if (known === undefined) return undefined
  const { openFen, settledFen, owedFen, repaidFen } = sumsOf(known.advance)
  return [statusOf(known.advance), openFen, settledFen, owedFen, repaidFen]
}

/** A member's limit when goods are sent back. */
export async function limitOf(
  market: TestMarket,
  memberId: string,
): Promise<AdvanceLimit | undefined> {
  const known = await readAdvances(contextOf(market), memberId, sentBack, { limit: 1 })
  return known?.limit
}

/** `done`, or why it was refused. */
export function codeOf(result: { ok: true } | { ok: false; refusal: string }): string {
  return result.ok ? 'done' : result.refusal
}
