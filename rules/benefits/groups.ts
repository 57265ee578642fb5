import type { BenefitTerms } from '#rules/benefits/definition.ts'

/** Whom benefits are for, as a page groups them: everybody, a tier, paid members ... */
export type BenefitGroup =
  | { readonly kind: 'everybody' | 'score' | 'paidMember' | 'grant' | 'others' }
  | { readonly kind: 'tier'; readonly tier: string }

/**
 * Groups benefits by whom they are for (BF-16): those for everybody, then tier by tier from the lowest,
 * then those for a score, paid members and temporary grants. One for several tiers is in each of them;
 * groups without any are left out, but for tiers of the ladder.
 */
export function groupBenefits<Each extends { readonly terms: Pick<BenefitTerms, 'who'> }>(
  benefits: readonly Each[],
  ladder: readonly { readonly name: string }[],
): readonly { readonly group: BenefitGroup; readonly benefits: readonly Each[] }[] {
  const tiers = ladder.map(({ name }) => name)
  const unknown = benefits.flatMap(({ terms }) => terms.who.tiers ?? [])
  const all = [...new Set([...tiers, ...unknown])]
  const of = (kind: ReturnType<typeof kindOf>): readonly Each[] =>
    benefits.filter(({ terms }) => kindOf(terms.who) === kind)

  const byTier = all.map((tier) => ({
    group: { kind: 'tier', tier } as const,
    benefits: of('tier').filter(({ terms }) => terms.who.tiers?.includes(tier)),
  }))
  const others = (['score', 'paidMember', 'grant', 'others'] as const).map((kind) => ({
    group: { kind },
    benefits: of(kind),
  }))
  return [
    { group: { kind: 'everybody' as const }, benefits: of('everybody') },
    ...byTier,
    ...others.filter((each) => each.benefits.length > 0),
  ]
}

function kindOf(
  who: BenefitTerms['who'],
): 'everybody' | 'tier' | Exclude<BenefitGroup['kind'], 'tier'> {
  if (who.grant === true) return 'grant'
  if (who.paidMember === true) return 'paidMember'
  if (who.tiers !== undefined) return 'tier'
  if (who.brandTier !== undefined || who.audience !== undefined) return 'others'
  return who.scoreFrom === undefined ? 'everybody' : 'score'
}
