import { lockMembers } from '#db/members.ts'
import type { GivenCoupon } from '#db/membership/paid-use.ts'
import { membersWithDueYears, paidYearsOf, updatePaidYear } from '#db/membership/paid-years.ts'
import { settleEach } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { announce, type Announcement } from '#operations/announcements/announce.ts'
import type { IssueContext } from '#operations/issuing/claim-coupon.ts'
import { grantCoupons } from '#operations/issuing/grant-coupons.ts'
import { grantName, policyOfYear, slugOf } from '#operations/paid/_policy.ts'
import { takeBackCoupons, useOfYear } from '#operations/paid/_use.ts'
import { turnYear, type YearTurn } from '#rules/members/paid/due.ts'
import { tellAt } from '#rules/members/paid/purchase.ts'
import { isHeld, type PaidYear } from '#rules/members/paid/year.ts'
import { isBefore } from '#rules/time/instants.ts'

const membersAtOnce = 200

/**
 * Begins the years of paid membership that are due by an instant, with the coupons that they give, and
 * tells what is about to end and what ended (PM-9, PM-10). A member that fails keeps no other waiting.
 * Returns how often a member was settled.
 */
export async function settlePaidYears(
  context: IssueContext,
  by: Temporal.Instant,
): Promise<number> {
  return await settleEach(
    {
      find: (limit) => membersWithDueYears(context.db, by, limit),
      nameOf: (memberId) => memberId,
      atOnce: membersAtOnce,
    },
    (memberId) => settleYearsOf(context, memberId, by),
  )
}

/** As `settlePaidYears`, for one member. */
export async function settleYearsOf(
  context: IssueContext,
  memberId: string,
  by: Temporal.Instant,
): Promise<void> {
  const begun = new Map<number, readonly Given[]>()
  for (const year of await paidYearsOf(context.db, memberId)) {
    if (year.begunAt !== null || !isHeld(year) || isBefore(by, year.from)) continue
    begun.set(year.number, await giveCoupons(context, memberId, year))
  }
  const { policies, market } = context
  await transact(context.db, async (tx) => {
    await lockMembers(tx, [memberId])
    const years = await paidYearsOf(tx, memberId)
    const stopped: PaidYear[] = []
    for (const year of years) {
      const policy = policyOfYear(policies, year)
      const warnAt = tellAt(policy, year, market.zone)
      const turn = turnYear(year, years, warnAt, by)
      // Bought or refunded since: the next time.
      if (turn.begins && !begun.has(year.number)) continue
      await updatePaidYear(tx, memberId, turn.year, turn.nextDue)
      await announce(tx, announcementsOf(memberId, turn, warnAt, begun.get(year.number) ?? []))
      // Refunded or stopped while its coupons were given.
      if (!isHeld(year) && begun.has(year.number)) stopped.push(year)
    }
    const given: GivenCoupon[] = []
    for (const year of stopped) {
      const { coupons } = await useOfYear(tx, memberId, year, policyOfYear(policies, year))
      given.push(...coupons)
    }
    await takeBackCoupons(tx, memberId, given)
  })
}

/** What became of one coupon that a year gives. */
type Given = { readonly batch: string; readonly outcome: string }

/** Gives the coupons of a year, each once however often it is begun (PM-10). */
async function giveCoupons(
  context: IssueContext,
  memberId: string,
  year: PaidYear,
): Promise<readonly Given[]> {
  const given: Given[] = []
  for (const { batch, count } of policyOfYear(context.policies, year).coupons) {
    for (let n = 1; n <= count; n += 1) {
      const name = grantName(year, n)
      const request = { slug: slugOf(batch), name, memberIds: [memberId], at: year.from }
      const granted = await grantCoupons(context, request)
      const outcome = granted.ok ? granted.outcomes.get(memberId) : granted.refusal
      given.push({ batch, outcome: outcome ?? 'members/unknown' })
    }
  }
  return given
}

function announcementsOf(
  memberId: string,
  { year, begins, isEnding, ends }: YearTurn,
  warnAt: Temporal.Instant,
  given: readonly Given[],
): Announcement[] {
  const { number, from, to, priceFen, policy } = year
  const told: Announcement[] = []
  const period = { number, from: from.toString(), to: to.toString() }
  if (begins) {
    const isGiven = ({ outcome }: Given): boolean => outcome === 'granted' || outcome === 'before'
    told.push({
      memberId,
      id: `paid-begun-${number}`,
      type: 'jifen.paid-membership.begun.v1',
      at: from,
      data: {
        ...period,
        priceFen,
        policy,
        coupons: given.filter(isGiven).map(({ batch }) => batch),
        notGiven: given.filter((each) => !isGiven(each)),
      },
    })
  }
  if (isEnding) {
    const type = 'jifen.paid-membership.ending.v1'
    told.push({ memberId, id: `paid-ending-${number}`, type, at: warnAt, data: period })
  }
  if (ends) told.push(endedOf(memberId, to))
  return told
}

/** That membership ended: the same id as whoever else tells it, so that it is told once. */
export function endedOf(memberId: string, at: Temporal.Instant): Announcement {
  const type = 'jifen.paid-membership.ended.v1'
  const endedAt = at.toString()
  return { memberId, id: `paid-ended-${endedAt}`, type, at, data: { endedAt } }
}
