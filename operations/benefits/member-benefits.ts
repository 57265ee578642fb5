import type { Reader } from '#db/connection.ts'
import { claimCounts } from '#db/benefits/claims.ts'
import { grantsOf } from '#db/benefits/grants.ts'
import { memberById } from '#db/members.ts'
import { claimantAt, grantFor, pointsWallet } from '#operations/benefits/_claimant.ts'
import {
  benefitName,
  benefitsAt,
  settingAt,
  type BenefitContext,
  type KnownBenefit,
} from '#operations/benefits/benefit-book.ts'
import { readQuotas } from '#operations/issuing/quotas.ts'
import { viewWallets } from '#operations/ledger/view-wallets.ts'
import {
  decideBenefit,
  quotaPeriod,
  type BenefitDecision,
  type Claimant,
  type RunningGrant,
} from '#rules/benefits/decide-benefit.ts'
import { groupBenefits, type BenefitGroup } from '#rules/benefits/groups.ts'
import { calendarPeriod } from '#rules/benefits/periods.ts'
import { unlocks, type Unlock } from '#rules/benefits/unlocks.ts'

/** A benefit as it stands for a member. */
export type MemberBenefit = KnownBenefit & {
  readonly decision: BenefitDecision
  /** All ways to it, the cheapest first; none where the member may have it. */
  readonly ways: readonly Unlock[]
  readonly grant: RunningGrant | undefined
}

export type MemberBenefits = {
  /** Whoever is sealed may have none of them, whatever is decided here. */
  readonly isSealed: boolean
  readonly member: Omit<Claimant, 'grant'>
  readonly groups: readonly {
    readonly group: BenefitGroup
    readonly benefits: readonly MemberBenefit[]
  }[]
}

/**
 * Every benefit there is as it stands for a member at an instant, by whom it is for: what is open, at
 * what price and how often still, and what unlocks the rest. The channel is the caller's choice, so it
 * closes nothing here; what is claimed for a purchase or live view is open as long as the day allows.
 */
export async function memberBenefits(
  context: BenefitContext,
  memberId: string,
  at: Temporal.Instant,
): Promise<MemberBenefits | undefined> {
  const { db, policies, market } = context
  const known = benefitsAt(policies, at)
  const setting = settingAt(context, at)
  const [member, view, standing, grants, stocks] = await Promise.all([
    memberById(db, memberId),
    viewWallets(db, memberId, at, pointsWallet(memberId)),
    claimantAt(db, context, memberId, at),
    grantsOf(db, memberId, at),
    stocksLeft(db, known, memberId),
  ])
  if (member === undefined || view === undefined) return undefined
  const points = view.wallets[0]?.wallet.available ?? 0
  const asked = known.map((benefit) => {
    const member = { ...standing, points, grant: grantFor(grants, benefit) }
    const told = { member, subject: undefined, at }
    return { benefit, told, period: quotaPeriod(benefit.terms, told, market.zone).key }
  })
  const { from: dayFrom = at } = calendarPeriod('day', at, market.zone)
  const periods = asked.map(({ benefit, period }) => ({ benefit: benefit.slug, period }))
  const counts = await claimCounts(db, memberId, periods, dayFrom)

  const all = asked.map(({ benefit, told }): MemberBenefit => {
    const { slug, terms } = benefit
    const count = counts.get(slug)
    const used = { inPeriod: count?.inPeriod ?? 0, today: count?.sinceDay ?? 0 }
    const { channel } = terms
    const decision = decideBenefit(
      terms,
      { ...told, used, channel, stockLeft: stocks.get(slug) },
      setting,
    )
    const isLocked = decision.refusal === 'benefits/not-eligible'
    const ways = isLocked ? unlocks(terms, told.member, setting.ladder) : []
    return { ...benefit, decision, ways, grant: told.member.grant }
  })
  const isSealed = member.status === 'sealed'
  const groups = groupBenefits(all, setting.ladder)
  return { isSealed, member: { ...standing, points }, groups }
}

/** How many are left of those that are limited for all members together. */
async function stocksLeft(
  db: Reader,
  known: readonly KnownBenefit[],
  memberId: string,
): Promise<ReadonlyMap<string, number>> {
  const limited = known.filter(({ terms }) => terms.stock !== undefined)
  if (limited.length === 0) return new Map()
  const resources = limited.map(({ slug }) => benefitName(slug))
  const quotas = await readQuotas(db, resources, memberId)
  return new Map(
    limited.map(({ slug, terms }) => {
      const used = quotas.get(benefitName(slug))?.used ?? 0
      return [slug, Math.max(0, (terms.stock ?? 0) - used)]
    }),
  )
}
