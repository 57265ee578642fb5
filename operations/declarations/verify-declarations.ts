import { wrongStocks } from '#db/declarations/stock.ts'
import type { Reader } from '#db/connection.ts'

/** A declaration of which more or less is left than is declared less what is drawn (DL-6, DL-10). */
export type StockFault = { readonly of: string; readonly what: string }

/** Compares what is left of all declarations with what is declared and drawn. */
export async function verifyDeclarations(db: Reader): Promise<StockFault[]> {
  return (await wrongStocks(db)).map(({ campaign, shopId, kind, sku, available, expected }) => ({
    of: `${campaign}/${shopId}/${kind}/${sku}`,
    what: `${available} units are left where ${expected} should be`,
  }))
}
