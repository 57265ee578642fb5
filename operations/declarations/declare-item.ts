import type { Writer } from '#db/connection.ts'
import type { DeclarationKey } from '#db/declarations/declarations.ts'
import { lockShops } from '#db/shops/shops.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import type { DeclarationContext, Doing } from '#operations/declarations/declaration-setting.ts'
import {
  declareItems,
  withdrawItem,
  type DeclaringShop,
  type ItemDeclared,
} from '#operations/declarations/declare-items.ts'
import { assert } from '#rules/assert.ts'
import type { DeclarationAsked } from '#rules/campaigns/declarations/declaration.ts'

/** A shop in a campaign. */
export type ShopInCampaign = { readonly campaign: string; readonly shopId: string }

export type NotDeclaring = {
  readonly ok: false
  readonly refusal: 'campaigns/unknown' | 'shops/unknown' | 'shops/closed'
}

/**
 * Declares one item of a shop, or changes what is declared of it. The same again changes nothing and
 * says so, whenever it is asked.
 */
export async function declareItem(
  context: DeclarationContext,
  where: ShopInCampaign,
  asked: DeclarationAsked,
  doing: Doing,
): Promise<ItemDeclared | NotDeclaring> {
  return await ofShop(context, where, doing, async (tx, declaring) => {
    const [answer] = await declareItems(tx, context, declaring, [asked], doing)
    assert(answer !== undefined, 'what is asked is answered')
    return answer
  })
}

/** Takes back what a shop declared (DL-7). Taken back again, it is as it was. */
export async function withdrawDeclaration(
  context: DeclarationContext,
  { sku, kind, ...where }: DeclarationKey,
  doing: Doing,
): Promise<ItemDeclared | NotDeclaring> {
  return await ofShop(context, where, doing, (tx, declaring) =>
    withdrawItem(tx, context, declaring, { sku, kind }, doing),
  )
}

/** Locks a shop that may declare in a campaign: its lock is that of all its declarations. */
export async function declaringShop(
  tx: Writer,
  { policies }: Pick<DeclarationContext, 'policies'>,
  { campaign, shopId }: ShopInCampaign,
  at: Temporal.Instant,
): Promise<({ readonly ok: true } & DeclaringShop) | NotDeclaring> {
  const known = campaignAt(policies, campaign, at)
  const shop = (await lockShops(tx, [shopId])).get(shopId)
  if (shop === undefined) return { ok: false, refusal: 'shops/unknown' }
  if (known === undefined) return { ok: false, refusal: 'campaigns/unknown' }
  return shop.status === 'closed'
    ? { ok: false, refusal: 'shops/closed' }
    : { ok: true, known, shop }
}

async function ofShop(
  context: DeclarationContext,
  where: ShopInCampaign,
  { at }: Doing,
  work: (tx: Writer, declaring: DeclaringShop) => Promise<ItemDeclared>,
): Promise<ItemDeclared | NotDeclaring> {
  return await undoRefused<ItemDeclared | NotDeclaring>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const declaring = await declaringShop(tx, context, where, at)
      return declaring.ok ? await work(tx, declaring) : declaring
    },
  )
}
