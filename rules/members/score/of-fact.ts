import type { Conduct } from '#rules/members/score/facts.ts'
import type { Fact } from '#rules/orders/facts.ts'

/** What a fact of conduct counts as, once; `undefined`: it is of another kind (MS-2, MS-8). */
export function conductOf(
  fact: Fact,
): { readonly type: Conduct; readonly isHighValue: boolean } | undefined {
  switch (fact.type) {
    case 'jifen.review.posted.v1':
      return { type: 'review', isHighValue: fact.data.highValue === true }
    case 'jifen.interaction.recorded.v1':
    case 'jifen.conduct.recorded.v1':
      return { type: fact.data.kind, isHighValue: false }
    default:
      return undefined
  }
}
