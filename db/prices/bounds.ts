import { CompiledQuery } from 'kysely'
import { binaryArray } from '#db/arrays.ts'
import type { Reader } from '#db/connection.ts'
import { countedText, dealsAskedOf, instantTextOf, type SkuKey } from '#db/prices/deals.ts'
import type { DealsAsked } from '#rules/prices/deals.ts'
import type { MarkedAsked } from '#rules/prices/marked.ts'

/** The lowest price of the deals that count, and one that no marked price in force is below; `null`: none. */
export type PriceBounds = { readonly dealFen: number | null; readonly markedFen: number | null }

/**
 * How low the prices of SKUs go, in their order: half the work of finding which deal and which marked price
 * it is, which is only asked of those that turn out too high. A marked price is taken for in force as long
 * as it was told to be.
 */
export async function priceBounds(
  db: Reader,
  deals: DealsAsked,
  marked: MarkedAsked,
  skus: readonly SkuKey[],
): Promise<PriceBounds[]> {
  const values: unknown[] = [
    ...dealsAskedOf(deals, skus),
    instantTextOf(marked.window.fromMs),
    instantTextOf(marked.window.toMs),
    binaryArray('text', marked.kinds),
    marked.campaign ?? '',
  ]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const text = `
    select k.n,
      (
        select min(${countedText(deals.counted, parameter)}) from jifen.deal
        where shop_id = k.shop_id and sku = k.sku
          and ordered_at >= $4::timestamptz and ordered_at < $5::timestamptz
          and (event is null or event = any($6::text[]))
          ${deals.paidOnly ? '' : 'and not paid_only'}
      ) as deal_fen,
      (
        select min(price_fen) from jifen.price_record
        where shop_id = k.shop_id and sku = k.sku and kind = any($9::text[])
          and valid_from < $8::timestamptz and (valid_to is null or valid_to > $7::timestamptz)
          and (campaign is null or campaign <> $10)
      ) as marked_fen
    from unnest($1::int[], $2::text[], $3::text[]) as k (n, shop_id, sku)
  `
  const answered = await db.executeQuery<BoundsRow>(CompiledQuery.raw(text, values))
  const bounds: PriceBounds[] = skus.map(() => ({ dealFen: null, markedFen: null }))
  for (const row of answered.rows) {
    bounds[row.n] = { dealFen: row.deal_fen, markedFen: row.marked_fen }
  }
  return bounds
}

type BoundsRow = {
  readonly n: number
  readonly deal_fen: number | null
  readonly marked_fen: number | null
}
