import type { BenefitTerms } from '#rules/benefits/definition.ts'
import { lackOf, type Who } from '#rules/members/who.ts'

/** A rung of the ladder of tiers, as far as benefits read it. */
export type Rung = {
  readonly name: string
  readonly from: number
  readonly byInvitation?: true | undefined
}

/** What a member lacks for a benefit, all of it together. */
export type Unlock = {
  readonly tier?: string
  /** The score that this takes, and how much of it is missing. */
  readonly scoreFrom?: number
  readonly scoreMissing?: number
  /** The tier is given by invitation; the score only makes one a candidate. */
  readonly invitation?: true
  readonly paidMember?: true
  readonly brandTier?: { readonly program: string; readonly tiers: readonly string[] }
  /** A list decides, or a temporary grant. */
  readonly grant?: true
}

type Known = {
  readonly memberId: string
  readonly tier: string | null
  readonly score: number
  readonly paidMember: boolean
  readonly brandTiers?: Readonly<Record<string, string>> | undefined
}

/**
 * The ways to a benefit that a member may not have, the cheapest first (BF-7): what the member does
 * alone before what is bought, that before what others decide; of those alike the one with fewer points
 * of the score missing.
 */
export function unlocks(
  terms: Pick<BenefitTerms, 'who' | 'prices'>,
  member: Known,
  ladder: readonly Rung[],
): readonly Unlock[] {
  const others = byOthers(terms.who, member)
  const ways = terms.prices.flatMap((price) => {
    const lacks = [lackOf(terms.who, member), lackOf(price, member)].filter(
      (lack) => lack !== undefined,
    )
    return waysOf(lacks, member.score, ladder).map((way) => ({ ...way, ...others }))
  })
  const distinct = new Map(ways.map((way) => [JSON.stringify(way), way]))
  return [...distinct.values()].toSorted(byEffort)
}

/** What others decide: a brand, a list, a grant. */
function byOthers(who: BenefitTerms['who'], member: Known): Unlock {
  const { brandTier, audience, grant } = who
  const lacksBrand =
    brandTier !== undefined &&
    !brandTier.tiers.includes(member.brandTiers?.[brandTier.program] ?? '')
  const isListed = audience?.members.includes(member.memberId) ?? true
  return {
    ...(lacksBrand ? { brandTier } : {}),
    ...(grant === true || !isListed ? { grant: true as const } : {}),
  }
}

/** One way for each tier that would do, with everything else that is missing. */
function waysOf(lacks: readonly Who[], score: number, ladder: readonly Rung[]): readonly Unlock[] {
  const scoreFrom = Math.max(0, ...lacks.map((lack) => lack.scoreFrom ?? 0))
  const paid = lacks.some((lack) => lack.paidMember === true) ? { paidMember: true as const } : {}
  const wanted = lacks.flatMap((lack) => (lack.tiers === undefined ? [] : [lack.tiers]))
  const [first, ...rest] = wanted
  if (first === undefined) return [{ ...scoreText(scoreFrom, score), ...paid }]

  const tiers = first.filter((tier) => rest.every((list) => list.includes(tier)))
  return tiers.map((tier) => {
    const rung = ladder.find((each) => each.name === tier)
    const needed = Math.max(scoreFrom, rung?.from ?? 0)
    const invited = rung?.byInvitation === true ? { invitation: true as const } : {}
    return { tier, ...scoreText(needed, score), ...invited, ...paid }
  })
}

function scoreText(scoreFrom: number, score: number): Unlock {
  return scoreFrom === 0 ? {} : { scoreFrom, scoreMissing: Math.max(0, scoreFrom - score) }
}

function byEffort(a: Unlock, b: Unlock): number {
  return (
    rankOf(a) - rankOf(b) ||
    (a.scoreMissing ?? 0) - (b.scoreMissing ?? 0) ||
    ((a.tier ?? '') < (b.tier ?? '') ? -1 : 1)
  )
}

/** 0: the member's own doing; 1: bought; 2: decided by others. */
function rankOf({ invitation, grant, brandTier, paidMember }: Unlock): number {
  if (invitation === true || grant === true || brandTier !== undefined) return 2
  return paidMember === true ? 1 : 0
}
