import type { Reader } from '#db/connection.ts'
import { changesOf } from '#db/declarations/changes.ts'
import {
  declarationsOf,
  declarationsPage,
  type DeclarationFilter,
  type DeclarationKey,
  type DeclarationPlace,
  type ShopDeclaration,
} from '#db/declarations/declarations.ts'
import { stockKey, stockOf } from '#db/declarations/stock.ts'
import { soldAtOtherPrices } from '#db/declarations/uses.ts'

/** A declaration with what is sold of it. */
export type DeclarationShown = ShopDeclaration & { readonly sold: number }

/** The next declarations of a list behind a place, with what is sold of each. */
export async function listDeclarations(
  db: Reader,
  filter: DeclarationFilter,
  behind: DeclarationPlace | undefined,
  limit: number,
): Promise<DeclarationShown[]> {
  return await withSold(db, await declarationsPage(db, filter, behind, limit))
}

/** A declaration with all its changes, and units sold at another price; `undefined`: there is none. */
export async function readDeclaration(
  db: Reader,
  key: DeclarationKey,
): Promise<
  | {
      readonly declaration: DeclarationShown
      readonly changes: Awaited<ReturnType<typeof changesOf>>
      readonly otherPriceUnits: number
    }
  | undefined
> {
  const both = await declarationsOf(db, key.campaign, key.shopId, [key.sku])
  const [declaration] = await withSold(
    db,
    both.filter((each) => each.kind === key.kind),
  )
  if (declaration === undefined) return undefined
  const [changes, otherPriceUnits] = await Promise.all([
    changesOf(db, key),
    soldAtOtherPrices(db, key),
  ])
  return { declaration, changes, otherPriceUnits }
}

async function withSold(
  db: Reader,
  declarations: readonly ShopDeclaration[],
): Promise<DeclarationShown[]> {
  const left = await stockOf(db, declarations)
  return declarations.map((each) => {
    const name = `${each.campaign}\n${each.shopId}\n${stockKey(each)}`
    return { ...each, sold: each.quantity - (left.get(name) ?? each.quantity) }
  })
}
