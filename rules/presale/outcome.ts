import { assert } from '#rules/assert.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import { mulDiv } from '#rules/money/mul-div.ts'
import { wholePpm } from '#rules/money/rate.ts'
import type { LatePolicy } from '#rules/presale/policy.ts'

export const outcomes = [
  'balancePaid',
  'refundedAfterBalance',
  'buyerDefaults',
  'shopDefaults',
  'shopLate',
] as const

/** How a presale ended. */
export type Outcome = (typeof outcomes)[number]

/** Where the deposit goes, what is paid back of what was paid, and what is added; amounts in fen. */
export type DepositOutcome = {
  readonly depositGoesTo: 'member' | 'shop'
  readonly refundFen: number
  readonly compensationFen: number
}

/**
 * PS-8, PS-9: what an outcome does with a deposit and with the total that was paid (deposit and balance).
 * `late`: how a late shop compensates; `undefined`: by the deposit alone.
 */
export function outcomeOf(
  outcome: Outcome,
  paid: { readonly deposit: Fen; readonly total: Fen },
  late: LatePolicy | undefined,
): DepositOutcome {
  const { deposit, total } = paid
  assert(deposit <= total, 'a deposit is a part of the total')
  switch (outcome) {
    case 'balancePaid':
    case 'buyerDefaults':
      return { depositGoesTo: 'shop', refundFen: 0, compensationFen: 0 }
    case 'refundedAfterBalance':
      return { depositGoesTo: 'member', refundFen: total, compensationFen: 0 }
    case 'shopDefaults':
      return { depositGoesTo: 'member', refundFen: deposit, compensationFen: deposit }
    case 'shopLate': {
      const penalty = late === undefined ? 0 : latePenalty(total, late)
      return { depositGoesTo: 'member', refundFen: total, compensationFen: deposit + penalty }
    }
  }
}

/** PS-10: what a late shipment costs: a part of the deal price, half a fen rounded up, within bounds. */
export function latePenalty(dealPrice: Fen, { rate, min = asFen(0), cap }: LatePolicy): Fen {
  const part = mulDiv(dealPrice, rate, wholePpm, 'half')
  return asFen(Math.min(Math.max(part, min), cap))
}
