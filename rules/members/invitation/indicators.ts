import { breadth } from '#rules/members/invitation/breadth.ts'
import { credits, interaction } from '#rules/members/invitation/conduct.ts'
import type { MemberFacts } from '#rules/members/invitation/facts.ts'
import { frequency } from '#rules/members/invitation/frequency.ts'
import type { Indicator } from '#rules/members/invitation/indicator.ts'
import { returning } from '#rules/members/invitation/returning.ts'
import { spending } from '#rules/members/invitation/spending.ts'
import { loyalty, pointsUse, promotions } from '#rules/members/invitation/standing-over-time.ts'
import { summarise } from '#rules/members/invitation/summary.ts'

/** Every indicator there is, in the order in which they are told. A new one is a line in its group. */
export const indicators: readonly Indicator[] = [
  ...spending,
  ...frequency,
  ...breadth,
  ...returning,
  ...credits,
  ...interaction,
  ...loyalty,
  ...pointsUse,
  ...promotions,
]

/** What each indicator came to, by its id. */
export type IndicatorValues = Readonly<Record<string, number>>

/** All indicators of a member (IV-1): whole numbers, the same for the same facts in any order. */
export function indicatorsOf(facts: MemberFacts): IndicatorValues {
  const summary = summarise(facts)
  return Object.fromEntries(indicators.map(({ id, of }) => [id, of(summary)]))
}
