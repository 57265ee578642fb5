import { assert } from '#rules/assert.ts'
import { latePenalty } from '#rules/delivery/compensation.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import type { Fen } from '#rules/money/fen.ts'

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
 * PS-8 to PS-10: what an outcome does with a deposit and with the total that was paid (deposit and balance).
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
