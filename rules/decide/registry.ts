import { allocateDecision } from '#rules/decide/allocate.ts'
import { benefitDecision } from '#rules/decide/benefit.ts'
import type { Decision } from '#rules/decide/decision.ts'
import { depositDecision } from '#rules/decide/deposit.ts'
import { depthDecision } from '#rules/decide/depth.ts'
import { earnDecision } from '#rules/decide/earn.ts'
import { enrolmentDecision } from '#rules/decide/enrolment.ts'
import { expiryDecision } from '#rules/decide/expiry.ts'
import { lateCompensationDecision } from '#rules/decide/late-compensation.ts'
import { priceCheckDecision } from '#rules/decide/price-check.ts'
import { quoteDecision } from '#rules/decide/quote.ts'
import { refundDecision } from '#rules/decide/refund.ts'
import { scoreDecision } from '#rules/decide/score.ts'
import { shipByDecision } from '#rules/decide/ship-by.ts'
import { tierDecision } from '#rules/decide/tier.ts'
import { walletDecision } from '#rules/decide/wallet.ts'

/** Every decision that can be asked for by name (DE-1). A new one is a line here. */
export const decisions: ReadonlyMap<string, Decision> = new Map(
  [
    quoteDecision,
    refundDecision,
    earnDecision,
    expiryDecision,
    walletDecision,
    depositDecision,
    depthDecision,
    allocateDecision,
    scoreDecision,
    benefitDecision,
    tierDecision,
    enrolmentDecision,
    priceCheckDecision,
    shipByDecision,
    lateCompensationDecision,
  ].map((each) => [each.name, each]),
)
