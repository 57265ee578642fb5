import { allocateDecision } from '#rules/decide/allocate.ts'
import type { Decision } from '#rules/decide/decision.ts'
import { earnDecision } from '#rules/decide/earn.ts'
import { expiryDecision } from '#rules/decide/expiry.ts'
import { walletDecision } from '#rules/decide/wallet.ts'

/** Every decision that can be asked for by name (DE-1). A new one is a line here. */
export const decisions: ReadonlyMap<string, Decision> = new Map(
  [earnDecision, expiryDecision, walletDecision, allocateDecision].map((each) => [each.name, each]),
)
