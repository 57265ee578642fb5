import type { Reader } from '#db/connection.ts'
import { declaredOf } from '#db/prices/watch.ts'
import { shopById } from '#db/shops/shops.ts'
import { ceilingsBy } from '#operations/prices/check-declarations.ts'
import { priceSettingAt, type PriceContext } from '#operations/prices/price-setting.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import type { Ceiling } from '#rules/prices/check.ts'
import { declaredKinds, type DeclaredKind } from '#rules/prices/windows.ts'

export type SkuCeiling = {
  readonly sku: string
  readonly kind: DeclaredKind
  readonly ceiling: Ceiling
  /** The presale price below which a spot price may not be. */
  readonly floorFen: number | null
}

export type CeilingsShown =
  | { readonly ok: true; readonly policies: string; readonly ceilings: readonly SkuCeiling[] }
  | {
      readonly ok: false
      readonly refusal: 'shops/unknown' | 'campaigns/unknown' | 'prices/no-policy'
    }

/** How high SKUs of a shop may be declared for a campaign, and why: what is shown before anybody types. */
export async function shopCeilings(
  db: Reader,
  context: PriceContext,
  asked: {
    readonly campaign: string
    readonly shopId: string
    readonly skus: readonly string[]
    readonly kinds?: readonly DeclaredKind[] | undefined
    readonly at: Temporal.Instant
  },
): Promise<CeilingsShown> {
  const { campaign, shopId, kinds = declaredKinds, at } = asked
  if ((await shopById(db, shopId)) === undefined) return { ok: false, refusal: 'shops/unknown' }
  if (campaignAt(context.policies, campaign, at) === undefined) {
    return { ok: false, refusal: 'campaigns/unknown' }
  }
  const setting = priceSettingAt(context, campaign, at)
  if (setting === undefined) return { ok: false, refusal: 'prices/no-policy' }

  const skus = [...new Set(asked.skus)].map((sku) => ({ shopId, sku }))
  const [declared, ...byKind] = await Promise.all([
    declaredOf(db, skus),
    ...kinds.map((kind) => ceilingsBy(db, setting, kind, skus)),
  ])
  const presale = new Map(
    declared
      .filter((each) => each.campaign === campaign && each.kind === 'presale')
      .map((each) => [each.sku, each.priceFen]),
  )
  const ceilings = skus.flatMap(({ sku }, n) =>
    kinds.flatMap((kind, k): SkuCeiling[] => {
      const ceiling = byKind[k]?.[n]
      const isFloored = kind === 'spot' && setting.policy.notBelowPresale
      const floorFen = isFloored ? (presale.get(sku) ?? null) : null
      return ceiling === undefined ? [] : [{ sku, kind, ceiling, floorFen }]
    }),
  )
  return { ok: true, policies: setting.versions, ceilings }
}
