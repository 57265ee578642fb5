import type { Writer } from '#db/connection.ts'
import { declaredOf } from '#db/governance/held.ts'
import { restartMetrics } from '#db/governance/probations.ts'
import { merchantById, upsertMerchants, upsertShops, type Shop } from '#db/shops/shops.ts'
import { deleteEndpointsOf } from '#db/webhooks/endpoints.ts'
import { suspendDeclarations } from '#operations/declarations/suspend.ts'
import { dropEnrolments } from '#operations/enrolment/drop-enrolments.ts'
import type { TransformationContext } from '#operations/transformation/transformation-policy.ts'
import { assert } from '#rules/assert.ts'
import type { DeclaredKind } from '#rules/prices/windows.ts'
import type { CarriedLine } from '#rules/merchants/transformation/carry-over.ts'
import type { ShopState } from '#rules/merchants/transformation/change.ts'

/**
 * Writes a locked shop, and its company where that changes, as it becomes. One that changes hands sends
 * nothing more to where its former merchant had its events sent (WH-2).
 */
export async function writeShop(
  tx: Writer,
  shop: Shop,
  to: ShopState,
  at: Temporal.Instant,
): Promise<void> {
  const { merchantId, legalEntity, type, mainCategory, categories, brand } = to
  const merchant = await merchantById(tx, merchantId)
  assert(merchant !== undefined, 'a shop goes to a merchant that is known')
  if (merchant.legalEntity !== legalEntity)
    await upsertMerchants(tx, [{ ...merchant, legalEntity }], at)
  if (shop.merchantId !== merchantId) await deleteEndpointsOf(tx, shop.shopId)
  await upsertShops(tx, [{ ...shop, merchantId, type, mainCategory, categories, brand }], at)
}

/** Has what is dropped end, of what is kept here: the rest is for whoever keeps it, who is told. */
export async function drop(
  tx: Writer,
  { policies, market }: Pick<TransformationContext, 'policies' | 'market'>,
  dropped: {
    readonly shopId: string
    readonly transformationId: string
    readonly lines: readonly CarriedLine[]
    readonly at: Temporal.Instant
  },
): Promise<void> {
  const { shopId, transformationId, lines, at } = dropped
  const isReset = (subject: string): boolean =>
    lines.some((line) => line.subject === subject && line.how === 'reset')
  if (isReset('metrics')) await restartMetrics(tx, shopId, at, transformationId)
  const cause = { code: 'transformation', transformationId }
  if (isReset('enrolments')) {
    await dropEnrolments(tx, { policies, market, actor: 'jifen', now: at }, [{ shopId, cause }])
  }
  if (isReset('declarations')) {
    const declared = await declaredOf(tx, shopId)
    const context = { policies, actor: 'jifen', now: at }
    const wanted = declared.map(({ campaign, sku, kind }) => {
      return { campaign, shopId, sku, kind: kind as DeclaredKind, cause }
    })
    if (wanted.length > 0) await suspendDeclarations(tx, context, wanted)
  }
}
