import { memberById } from '#db/members.ts'
import { paidYearsOf } from '#db/membership/paid-years.ts'
import { paidSavings, paidSavingsIn, savedByCap } from '#db/trades/offer-savings.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { paidPolicyAt } from '#operations/paid/_policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { TradeContext } from '#operations/trades/trade-context.ts'
import type { PaidMembershipPolicy } from '#rules/members/paid/policy.ts'
import { offerYear, type YearOffer } from '#rules/members/paid/purchase.ts'
import { isRunningAt, type PaidYear } from '#rules/members/paid/year.ts'
import type { MemberCap } from '#rules/pricing/basket.ts'
import { capKeyOf } from '#rules/pricing/member-cap.ts'
import type { OfferTerms } from '#rules/pricing/offer-terms.ts'
import { dayOf } from '#rules/time/instants.ts'

/** What a member has of paid membership, and what a year would come to. */
export type PaidView = {
  readonly ok: true
  readonly policy: PaidMembershipPolicy
  readonly years: readonly PaidYear[]
  readonly running: PaidYear | undefined
  readonly offer: YearOffer
  /** Whoever is sealed buys none. */
  readonly mayBuy: boolean
  /** In fen: in the calendar month and year, and since the running year began. */
  readonly saved: {
    readonly monthFen: number
    readonly yearFen: number
    readonly membershipFen: number
  }
  readonly caps: readonly CapView[]
  /** What buyers call what it gives, by the names of the policies. */
  readonly titles: Readonly<Record<string, Title>>
}

type Title = { readonly zh: string; readonly en: string }

/** A cap of the offers that paid membership gives, and how far it is used up. */
export type CapView = {
  /** As in quotes: `88vip/month`. */
  readonly cap: string
  readonly period: MemberCap['per']
  readonly capFen: number
  readonly savedFen: number
  readonly leftFen: number
}

/** Reads what a member has of paid membership at an instant, and changes nothing. */
export async function readPaid(
  { db, policies, market }: TradeContext,
  memberId: string,
  at: Temporal.Instant,
): Promise<
  PaidView | { readonly ok: false; readonly refusal: 'members/unknown' | 'paid/no-policy' }
> {
  const on = dayOf(at, market.zone)
  const [member, years, standing, savedIn, byCap] = await Promise.all([
    memberById(db, memberId),
    paidYearsOf(db, memberId),
    standingAt(db, policies, memberId, at),
    paidSavingsIn(db, memberId, on),
    savedByCap(db, memberId, on),
  ])
  if (member === undefined) return { ok: false, refusal: 'members/unknown' }
  const known = paidPolicyAt(policies, at)
  if (known === undefined) return { ok: false, refusal: 'paid/no-policy' }

  const { policy } = known
  const running = years.find((year) => isRunningAt(year, at))
  const since = running === undefined ? undefined : await paidSavings(db, memberId, running.from)
  const offer = offerYear(policy, standing.score, years, at, market.zone)
  return {
    ok: true,
    policy,
    years,
    running,
    offer,
    mayBuy: offer.ok && member.status !== 'sealed',
    saved: { ...savedIn, membershipFen: since?.savedFen ?? 0 },
    caps: capsOf(policies, policy, at).map(({ cap, period, capFen }) => {
      const savedFen = byCap.get(cap) ?? 0
      return { cap, period, capFen, savedFen, leftFen: Math.max(0, capFen - savedFen) }
    }),
    titles: titlesOf(policies, policy, at),
  }
}

/** The caps of the offers that a policy names, each once: the largest where they differ. */
function capsOf(
  policies: PolicyBook,
  { offers }: PaidMembershipPolicy,
  at: Temporal.Instant,
): readonly Pick<CapView, 'cap' | 'period' | 'capFen'>[] {
  const caps = new Map<string, Pick<CapView, 'cap' | 'period' | 'capFen'>>()
  for (const name of offers) {
    const terms = policies.at(name, at)?.policy as OfferTerms | undefined
    const cap: MemberCap | undefined = terms?.memberCap
    if (cap === undefined) continue
    const key = capKeyOf(name, cap)
    const capFen = Math.max(cap.off, caps.get(key)?.capFen ?? 0)
    caps.set(key, { cap: key, period: cap.per, capFen })
  }
  return [...caps.values()].toSorted((a, b) => (a.cap < b.cap ? -1 : 1))
}

/** The titles of all that a policy names, where there is such a policy and it has one. */
function titlesOf(
  policies: PolicyBook,
  { offers, coupons, benefits }: PaidMembershipPolicy,
  at: Temporal.Instant,
): Record<string, Title> {
  const names = [...offers, ...coupons.map(({ batch }) => batch), ...benefits]
  return Object.fromEntries(
    names.flatMap((name): [string, Title][] => {
      const { title } = (policies.at(name, at)?.body ?? {}) as { readonly title?: Title }
      return title === undefined ? [] : [[name, title]]
    }),
  )
}
