import type { Writer } from '#db/connection.ts'
import { dealsByIds, insertDeals, type DealRow, type SkuKey } from '#db/prices/deals.ts'
import { watchAgain } from '#operations/prices/_queue-watch.ts'
import type { PriceContext } from '#operations/prices/price-setting.ts'
import { refusalOfDeal, type ToldRefusal } from '#rules/prices/told.ts'

/** A deal that is told, with its SKU. */
export type ToldDeal = Omit<DealRow, 'recordedAt'>

/** What became of many: those that are not recorded, by their place. */
export type ManyTold = {
  /** Recorded now or before. */
  readonly kept: number
  readonly refused: readonly { readonly n: number; readonly refusal: ToldRefusal }[]
}

/**
 * Appends deals of any shops (PV-9), each once by shop, SKU and id, and has the declarations of their SKUs
 * looked at again. One that is told otherwise than before, or of the future, is refused by itself.
 */
export async function recordDeals(
  tx: Writer,
  context: PriceContext,
  deals: readonly ToldDeal[],
  now: Temporal.Instant,
): Promise<ManyTold> {
  if (deals.length === 0) return { kept: 0, refused: [] }
  const seen = new Map((await dealsByIds(tx, deals)).map((each) => [keyOf(each), each]))
  const refused: { n: number; refusal: ToldRefusal }[] = []
  const fresh: DealRow[] = []
  deals.forEach((deal, n) => {
    const before = seen.get(keyOf(deal))
    const refusal = refusalOfDeal(deal, before, now.epochMilliseconds)
    if (refusal !== undefined) refused.push({ n, refusal })
    else if (before === undefined) {
      const row = { ...deal, recordedAt: now }
      seen.set(keyOf(deal), row)
      fresh.push(row)
    }
  })
  await appendDeals(tx, context, fresh, now)
  return { kept: deals.length - refused.length, refused }
}

/** As `recordDeals`, of deals that this program knows itself. */
export async function appendDeals(
  tx: Writer,
  context: PriceContext,
  deals: readonly DealRow[],
  now: Temporal.Instant,
): Promise<void> {
  if (deals.length === 0) return
  const added = new Set((await insertDeals(tx, deals)).map(keyOf))
  const touched = deals
    .filter((deal) => added.has(keyOf(deal)))
    .map(({ shopId, sku, orderedAt }) => {
      const fromMs = orderedAt.epochMilliseconds
      return { shopId, sku, window: { fromMs, toMs: fromMs + 1 } }
    })
  await watchAgain(tx, context, touched, now)
}

function keyOf({ shopId, sku, dealId }: SkuKey & { readonly dealId: string }): string {
  return `${shopId}\n${sku}\n${dealId}`
}
