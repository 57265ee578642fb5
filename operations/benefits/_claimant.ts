import type { Reader, Writer } from '#db/connection.ts'
import { claimCounts, type ClaimCounts } from '#db/benefits/claims.ts'
import { grantsOf, type CountedGrant } from '#db/benefits/grants.ts'
import { walletId } from '#db/ledger/wallets.ts'
import { matchesOf, type TierMatch } from '#db/membership/interchange.ts'
import type { BenefitContext, KnownBenefit } from '#operations/benefits/benefit-book.ts'
import { lockWalletStates } from '#operations/ledger/post-commands.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { quotaPeriod, type Claimant } from '#rules/benefits/decide-benefit.ts'
import { calendarPeriod, type Subject } from '#rules/benefits/periods.ts'
import { postAll } from '#rules/ledger/post.ts'
import type { WalletKey } from '#rules/ledger/wallet.ts'
import { isBefore } from '#rules/time/instants.ts'

/** The wallet that points are paid from. */
export function pointsWallet(memberId: string): WalletKey {
  return { memberId, program: 'platform', unit: 'points' }
}

/** The wallet that vouchers are put into, a lot for each. */
export function voucherWallet(memberId: string): WalletKey {
  return { memberId, program: 'platform', unit: 'redEnvelope' }
}

/** The reference of all that a claim posts to wallets. */
export function claimRef(claimId: string): string {
  return `benefit:${claimId}`
}

/** A member as benefits ask for it, without a grant: that is of one benefit. */
export async function claimantAt(
  db: Reader,
  { policies }: Pick<BenefitContext, 'policies'>,
  memberId: string,
  at: Temporal.Instant,
): Promise<Omit<Claimant, 'points' | 'grant'>> {
  const { tier, score, paidMember } = await standingAt(db, policies, memberId, at)
  const matches = await matchesOf(db, memberId)
  const running = matches.filter((match) => isRunning(match, at))
  const brandTiers = Object.fromEntries(running.map((each) => [each.partner, each.partnerTier]))
  return { memberId, tier, score, paidMember, brandTiers }
}

/** A tier at a partner is one that the partner confirmed, for as long as it was confirmed for. */
function isRunning({ status, from, to }: TierMatch, at: Temporal.Instant): boolean {
  const hasBegun = from !== null && !isBefore(at, from)
  return status === 'confirmed' && hasBegun && (to === null || isBefore(at, to))
}

/**
 * Of the grants of a benefit that run, the one that ends last; where each grant gives so often (BF-4),
 * the one that ends first of those that still give.
 */
export function grantFor(
  grants: readonly CountedGrant[],
  { slug, terms }: Pick<KnownBenefit, 'slug' | 'terms'>,
): CountedGrant | undefined {
  const own = grants.filter((each) => each.benefit === slug)
  const { quota } = terms
  const giving = quota?.per === 'grant' ? own.findLast(({ used }) => used < quota.count) : undefined
  return giving ?? own[0]
}

/** A locked member who asks for a benefit, with what it had of it. */
export type Situation = {
  readonly member: Claimant
  readonly counts: ClaimCounts
}

/** Reads all that is decided from, with the wallet of points locked where the benefit costs any. */
export async function readSituation(
  tx: Writer,
  context: BenefitContext,
  known: KnownBenefit,
  asked: {
    readonly memberId: string
    readonly subject: Subject | undefined
    readonly at: Temporal.Instant
  },
): Promise<Situation> {
  const { slug, terms } = known
  const { memberId, subject, at } = asked
  const costsPoints = terms.prices.some(({ points }) => points > 0)
  const [standing, grants] = [
    await claimantAt(tx, context, memberId, at),
    await grantsOf(tx, memberId, at),
  ]
  const points = costsPoints ? await lockPoints(tx, memberId, at) : 0
  const member = { ...standing, points, grant: grantFor(grants, known) }

  const { zone } = context.market
  const period = quotaPeriod(terms, { member, subject, at }, zone).key
  const { from: dayFrom = at } = calendarPeriod('day', at, zone)
  const counts = await claimCounts(tx, memberId, [{ benefit: slug, period }], dayFrom)
  return { member, counts: counts.get(slug) ?? noClaims }
}

const noClaims: ClaimCounts = { ever: 0, inPeriod: 0, sinceDay: 0 }

/** What of points can be spent at an instant, with the wallet locked. */
async function lockPoints(tx: Writer, memberId: string, at: Temporal.Instant): Promise<number> {
  const key = pointsWallet(memberId)
  const loaded = (await lockWalletStates(tx, [key], [], [])).get(walletId(key))
  if (loaded === undefined) return 0
  return postAll(loaded.state, [], at).after.wallet.available
}
