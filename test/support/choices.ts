import { asFen } from '#rules/money/fen.ts'
import type { Basket, BasketLine, Coupon, Holder } from '#rules/pricing/basket.ts'
import { type Chosen, chooseAndApply } from '#rules/pricing/choice/choose.ts'
import { isChosen } from '#rules/pricing/layers.ts'
import { PricingPolicySchema } from '#rules/pricing/policy.ts'
import { openSheet, type Sheet } from '#rules/pricing/sheet.ts'

const usual = {
  layers: [
    'coupon',
    'platformCoupon',
    'allowance',
    'categoryCoupon',
    'redEnvelope',
    'points',
  ] as string[],
}

const step = { every: asFen(400), off: asFen(50) }

type Told = Pick<Chosen, 'used' | 'missing' | 'optimal' | 'reports'> & {
  readonly left: number
  readonly told: Sheet['notApplied']
}

/** What is chosen of what is held, what is left of the goods, in fen, and what is told. */
export function chosen(
  lines: readonly BasketLine[],
  held: Partial<Holder>,
  policy: object = {},
  choose: Basket['choose'] = { kind: 'best' },
): Told {
  const sheet = sheetOf(lines, held, policy, choose)
  const { nodes: _, ...own } = chooseAndApply(sheet, sheet.policy.layers.filter(isChosen))
  const left = sheet.left.reduce((sum, fen) => sum + fen, 0)
  return { ...own, left, told: sheet.notApplied }
}

/** The sheet that the choice starts from. */
export function sheetOf(
  lines: readonly BasketLine[],
  held: Partial<Holder>,
  policy: object,
  choose: Basket['choose'],
): Sheet {
  const basket: Basket = {
    atMs: 0,
    lines,
    freight: [],
    extras: [],
    allowanceStep: step,
    member: { coupons: [], allowance: asFen(0), redEnvelopes: [], points: 0, ...held },
    choose,
  }
  return openSheet(basket, PricingPolicySchema.parse({ ...usual, ...policy }))
}

/** One unit of the only goods of a shop; the price is in fen. */
export function line(shop: string, price: number, more: Partial<BasketLine> = {}): BasketLine {
  return {
    id: shop,
    sku: shop,
    shop,
    category: 'any',
    tags: [],
    quantity: 1,
    listPrice: asFen(price),
    ...more,
  }
}

/** Ten fen off, of any goods, unless told otherwise. */
export function coupon(id: string, more: Partial<Coupon> = {}): Coupon {
  const usualOnes = { exclusive: false, priority: 0, stacks: false }
  return { id, kind: 'shop', off: asFen(10), ...usualOnes, ...more } as Coupon
}
