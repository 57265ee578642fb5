import { z } from 'zod'
import { IdSchema, MemberIdSchema, nameOf } from '#rules/fields.ts'
import { shopTypes, type KindRules, type ShopType } from '#rules/merchants/transformation/policy.ts'

/** What a shop asks to become. */
export const ChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('widenCategories'),
    add: z.array(IdSchema).min(1).max(50),
    mainCategory: IdSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('legalEntity'),
    legalEntity: nameOf(200),
    /** The merchant that takes the shop; absent: the same one, under another company. */
    merchantId: MemberIdSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('shopType'),
    type: z.enum(shopTypes),
    brand: nameOf(100).optional(),
  }),
])

export type Change = z.output<typeof ChangeSchema>

/** A shop as a transformation sees and changes it. */
export type ShopState = {
  readonly merchantId: string
  readonly legalEntity: string
  readonly type: ShopType
  readonly mainCategory: string
  readonly categories: readonly string[]
  readonly brand: string | null
}

/** Of what the shop's company is besides. */
export type Surroundings = { readonly otherShops: number }

export type Changed =
  | { readonly ok: true; readonly state: ShopState; readonly newCategories: readonly string[] }
  | {
      readonly ok: false
      readonly refusal:
        | 'transformation/nothing-changes'
        | 'transformation/not-a-step'
        | 'transformation/not-its-category'
        | 'transformation/other-shops'
    }

/** What a shop becomes, or why it cannot (TF-1, TF-3). */
export function changed(
  change: Change,
  shop: ShopState,
  rules: Pick<KindRules, 'transitions'>,
  surroundings: Surroundings,
): Changed {
  switch (change.kind) {
    case 'widenCategories':
      return widened(change, shop)
    case 'legalEntity':
      return renamed(change, shop, surroundings)
    case 'shopType':
      return retyped(change, shop, rules.transitions)
  }
}

function widened(
  { add, mainCategory }: Extract<Change, { kind: 'widenCategories' }>,
  shop: ShopState,
): Changed {
  const newCategories = [...new Set(add)].filter((each) => !shop.categories.includes(each))
  const main = mainCategory ?? shop.mainCategory
  if (newCategories.length === 0) return { ok: false, refusal: 'transformation/nothing-changes' }
  const categories = [...shop.categories, ...newCategories]
  if (!categories.includes(main)) return { ok: false, refusal: 'transformation/not-its-category' }
  return { ok: true, state: { ...shop, categories, mainCategory: main }, newCategories }
}

function renamed(
  { legalEntity, merchantId }: Extract<Change, { kind: 'legalEntity' }>,
  shop: ShopState,
  { otherShops }: Surroundings,
): Changed {
  const to = merchantId ?? shop.merchantId
  const isSame = to === shop.merchantId
  if (isSame && legalEntity === shop.legalEntity) {
    return { ok: false, refusal: 'transformation/nothing-changes' }
  }
  if (isSame && otherShops > 0) return { ok: false, refusal: 'transformation/other-shops' }
  return { ok: true, state: { ...shop, merchantId: to, legalEntity }, newCategories: [] }
}

function retyped(
  { type, brand }: Extract<Change, { kind: 'shopType' }>,
  shop: ShopState,
  transitions: KindRules['transitions'],
): Changed {
  if (type === shop.type) return { ok: false, refusal: 'transformation/nothing-changes' }
  const leads = transitions?.some(([from, to]) => from === shop.type && to === type) ?? true
  if (!leads) return { ok: false, refusal: 'transformation/not-a-step' }
  return { ok: true, state: { ...shop, type, brand: brand ?? shop.brand }, newCategories: [] }
}

/** A shop with a change taken back (TF-11): what it became since stays. */
export function undone(now: ShopState, before: ShopState, after: ShopState): ShopState {
  const added = after.categories.filter((each) => !before.categories.includes(each))
  const categories = now.categories.filter((each) => !added.includes(each))
  const isStillMain = categories.includes(now.mainCategory)
  return {
    ...now,
    categories,
    mainCategory: isStillMain ? now.mainCategory : before.mainCategory,
    type: now.type === after.type ? before.type : now.type,
    brand: now.brand === after.brand ? before.brand : now.brand,
  }
}
