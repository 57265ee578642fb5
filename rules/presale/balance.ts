import type { AllowanceStep } from '#rules/pricing/basket.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { balanceOf, expansionOf, type PresaleTerms } from '#rules/presale/terms.ts'

/** What the member would use with the balance. */
export type OnBalance = {
  readonly coupon?: { readonly threshold: Fen; readonly off: Fen }
  readonly allowance?: AllowanceStep
}

/** What is paid for one presale, and which of coupon and allowance help; amounts in fen. */
export type PresaleFigures = {
  readonly expansionFen: number
  /** Before coupon and allowance. */
  readonly balanceFen: number
  readonly thresholdBaseFen: number
  readonly couponUsable?: boolean
  readonly allowanceUsable?: boolean
  /** The balance after both. */
  readonly dueFen: number
  readonly totalFen: number
}

/**
 * PS-5 to PS-7: the balance of a presale and what is due after coupon and allowance. Thresholds test
 * deposit and balance together: one after another, or each by itself (`parallel`).
 */
export function figuresOf(
  terms: PresaleTerms,
  { coupon, allowance }: OnBalance,
  threshold: 'sequential' | 'parallel',
): PresaleFigures {
  const balance = balanceOf(terms)
  const base = terms.deposit + balance
  const couponUsable = coupon !== undefined && base >= coupon.threshold && balance > coupon.off
  const couponOff = couponUsable ? coupon.off : 0

  const allowanceBase = threshold === 'sequential' ? base - couponOff : base
  const allowanceOff = allowance === undefined ? 0 : stepsOf(allowanceBase, allowance)
  const allowanceUsable = allowanceOff > 0 && balance - couponOff > allowanceOff
  const due = balance - couponOff - (allowanceUsable ? allowanceOff : 0)
  return {
    expansionFen: expansionOf(terms),
    balanceFen: balance,
    thresholdBaseFen: base,
    ...(coupon === undefined ? {} : { couponUsable }),
    ...(allowance === undefined ? {} : { allowanceUsable }),
    dueFen: due,
    totalFen: terms.deposit + due,
  }
}

function stepsOf(base: number, { every, off }: AllowanceStep): number {
  return asFen(Math.floor(base / every) * off)
}
