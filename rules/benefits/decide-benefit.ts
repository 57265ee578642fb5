import type { BenefitPrice, BenefitTerms } from '#rules/benefits/definition.ts'
import {
  calendarPeriod,
  ever,
  grantPeriod,
  subjectPeriod,
  type Period,
  type Subject,
} from '#rules/benefits/periods.ts'
import { unlocks, type Rung, type Unlock } from '#rules/benefits/unlocks.ts'
import { lackOf } from '#rules/members/who.ts'
import { windowIn } from '#rules/pricing/window.ts'

/** Of a member, what benefits ask for. */
export type Claimant = {
  readonly memberId: string
  readonly tier: string | null
  readonly score: number
  /** What can be spent now. */
  readonly points: number
  readonly paidMember: boolean
  /** Tiers in programs of brands, by program. */
  readonly brandTiers?: Readonly<Record<string, string>> | undefined
  /** A grant of this benefit that runs. */
  readonly grant?: RunningGrant | undefined
}

export type RunningGrant = {
  readonly source: string
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
}

export type BenefitRefusal =
  | 'benefits/not-eligible'
  | 'benefits/not-in-window'
  | 'benefits/wrong-channel'
  | 'benefits/excluded-category'
  | 'benefits/quota-used-up'
  | 'benefits/sold-out'
  | 'benefits/insufficient-points'

export type Asked = {
  readonly member: Claimant
  /** Uses that count, in the period of the quota and on the business day. */
  readonly used: { readonly inPeriod: number; readonly today: number }
  /** What is left of the stock; absent: all of it. */
  readonly stockLeft?: number | undefined
  readonly subject?: Subject | undefined
  /** Of what it is used for. */
  readonly category?: string | undefined
  readonly channel?: string | undefined
  readonly at: Temporal.Instant
}

/** What all benefits are decided in. */
export type BenefitSetting = {
  readonly zone: string
  /** The ladder of tiers, from the lowest; empty: not known. */
  readonly ladder: readonly Rung[]
  /** Not exchanged for points, whatever a benefit says. */
  readonly excludedCategories: readonly string[]
}

/** One thing that was looked at: what it saw, what it needs. */
export type BenefitWhy = {
  readonly rule: string
  readonly saw: string | number | null
  readonly needs: string | number | null
  readonly ok: boolean
}

export type BenefitDecision = {
  readonly ok: boolean
  /** The first of what stands in the way, in the order of `why`. */
  readonly refusal?: BenefitRefusal
  /** `null`: no price is for this member. */
  readonly price: { readonly points: number; readonly moneyFen: number } | null
  /** How often more the member may have it before the period ends; `null`: without limit. */
  readonly left: number | null
  /** When a quota that is used up begins anew, or the window opens. */
  readonly nextAt?: Temporal.Instant
  readonly period: Period
  /** Of points. */
  readonly short?: number
  readonly unlockedBy?: Unlock
  readonly why: readonly BenefitWhy[]
}

/**
 * Decides whether a member may have a benefit at an instant, at what price, and how often more (BF-1 to
 * BF-8). Refusals: the first that stands in the way; every figure that can be given is given.
 */
export function decideBenefit(
  terms: BenefitTerms,
  asked: Asked,
  setting: BenefitSetting,
): BenefitDecision {
  const { member, used, at } = asked
  const period = quotaPeriod(terms, asked, setting.zone)
  const price = priceFor(terms.prices, member)
  const quotaLeft = terms.quota === undefined ? null : terms.quota.count - used.inPeriod
  const dayLeft = terms.dailyMost === undefined ? null : terms.dailyMost - used.today
  const stockLeft = terms.stock === undefined ? null : (asked.stockLeft ?? terms.stock)
  const left = leastOf([quotaLeft, dayLeft, stockLeft])

  const checks = [
    mayHave(terms, price, member),
    inWindow(terms, at, setting.zone),
    onChannel(terms, asked.channel),
    ofCategory(terms, asked, price, setting),
    limit('quota', 'benefits/quota-used-up', quotaLeft),
    limit('dailyMost', 'benefits/quota-used-up', dayLeft),
    limit('stock', 'benefits/sold-out', stockLeft),
    enoughPoints(price, member.points),
  ]
  const stated = checks.filter(({ needs, ok }) => needs !== null || !ok)
  const why = stated.map(({ rule, saw, needs, ok }) => ({ rule, saw, needs, ok }))
  const failed = checks.find((each) => !each.ok)
  const told = { price: priceText(price), left, period, why }
  if (failed === undefined) return { ok: true, ...told }

  const { refusal } = failed
  const nextAt = nextOf(terms, { at, quotaLeft, dayLeft, period }, setting.zone)
  const short = refusal === 'benefits/insufficient-points' ? shortOf(price, member.points) : 0
  const unlockedBy =
    refusal === 'benefits/not-eligible' ? unlocks(terms, member, setting.ladder)[0] : undefined
  return {
    ok: false,
    refusal,
    ...told,
    ...(nextAt === undefined ? {} : { nextAt }),
    ...(short === 0 ? {} : { short }),
    ...(unlockedBy === undefined ? {} : { unlockedBy }),
  }
}

/** The period that the quota counts a use in (BF-3, BF-4). */
export function quotaPeriod(
  terms: Pick<BenefitTerms, 'quota'>,
  { member, subject, at }: Pick<Asked, 'member' | 'subject' | 'at'>,
  zone: string,
): Period {
  const per = terms.quota?.per ?? 'ever'
  if (Array.isArray(per) || per === 'purchase' || per === 'liveView') {
    return subject === undefined ? ever : subjectPeriod(subject)
  }
  if (per === 'ever') return ever
  if (per === 'grant') return member.grant === undefined ? ever : grantPeriod(member.grant)
  return calendarPeriod(per, at, zone)
}

/** The kinds of fact that the quota counts by; none: it counts by time. */
export function subjectsOf(terms: Pick<BenefitTerms, 'quota'>): readonly Subject['kind'][] {
  const per = terms.quota?.per
  if (Array.isArray(per)) return per
  return per === 'purchase' || per === 'liveView' ? [per] : []
}

/** The first price that fits a member (BF-6). */
export function priceFor(
  prices: readonly BenefitPrice[],
  member: Claimant,
): BenefitPrice | undefined {
  return prices.find((price) => lackOf(price, member) === undefined)
}

type Check = BenefitWhy & { readonly refusal: BenefitRefusal }

/** All that `who` says holds, or a grant runs (BF-1, BF-2); and some price is for the member. */
function mayHave({ who }: BenefitTerms, price: BenefitPrice | undefined, member: Claimant): Check {
  const { grant } = member
  const holds = grant !== undefined || (who.grant !== true && holdsAll(who, member))
  return {
    rule: 'who',
    refusal: 'benefits/not-eligible',
    saw:
      grant === undefined ? `${member.tier ?? 'none'}, ${member.score}` : `grant ${grant.source}`,
    needs: neededText(who),
    ok: holds && price !== undefined,
  }
}

function holdsAll(who: BenefitTerms['who'], member: Claimant): boolean {
  const { brandTier, audience } = who
  const isInBrand =
    brandTier === undefined ||
    brandTier.tiers.includes(member.brandTiers?.[brandTier.program] ?? '')
  const isMeant = audience?.members.includes(member.memberId) ?? true
  return lackOf(who, member) === undefined && isInBrand && isMeant
}

function neededText(who: BenefitTerms['who']): string | null {
  const { tiers, scoreFrom, paidMember, brandTier, audience, grant } = who
  const needs = [
    tiers === undefined ? [] : [tiers.join(' or ')],
    scoreFrom === undefined ? [] : [`score ${scoreFrom}`],
    paidMember === undefined ? [] : ['paid membership'],
    brandTier === undefined ? [] : [`${brandTier.program} ${brandTier.tiers.join(' or ')}`],
    audience === undefined ? [] : ['a list'],
    grant === undefined ? [] : ['a grant'],
  ].flat()
  return needs.length === 0 ? null : needs.join(', ')
}

function inWindow({ window }: BenefitTerms, at: Temporal.Instant, zone: string): Check {
  const { fromMs, toMs } = windowIn(window ?? {}, zone)
  const now = at.epochMilliseconds
  const ok = fromMs <= now && now < toMs
  const needs = window === undefined ? null : [window.from, window.to].map(String).join(' to ')
  return { rule: 'window', refusal: 'benefits/not-in-window', saw: at.toString(), needs, ok }
}

function onChannel({ channel }: BenefitTerms, asked: string | undefined): Check {
  const ok = channel === undefined || channel === asked
  const [saw, needs] = [asked ?? null, channel ?? null]
  return { rule: 'channel', refusal: 'benefits/wrong-channel', saw, needs, ok }
}

/** BF-8. */
function ofCategory(
  terms: BenefitTerms,
  asked: Asked,
  price: BenefitPrice | undefined,
  setting: BenefitSetting,
): Check {
  const category = asked.category ?? terms.category
  const costsPoints = (price?.points ?? 0) > 0
  const excluded = [...terms.excludedCategories, ...(costsPoints ? setting.excludedCategories : [])]
  const isOther = terms.category !== undefined && category !== terms.category
  const ok = category === undefined || (!isOther && !excluded.includes(category))
  const needs = terms.category ?? (excluded.length === 0 ? null : `not ${excluded.join(', ')}`)
  const saw = category ?? null
  return { rule: 'category', refusal: 'benefits/excluded-category', saw, needs, ok }
}

function limit(rule: string, refusal: BenefitRefusal, left: number | null): Check {
  return {
    rule,
    refusal,
    saw: left === null ? null : Math.max(0, left),
    needs: left === null ? null : 1,
    ok: left === null || left >= 1,
  }
}

function enoughPoints(price: BenefitPrice | undefined, points: number): Check {
  const needs = price?.points ?? 0
  const ok = points >= needs
  return { rule: 'points', refusal: 'benefits/insufficient-points', saw: points, needs, ok }
}

function shortOf(price: BenefitPrice | undefined, points: number): number {
  return (price?.points ?? 0) - points
}

function priceText(
  price: BenefitPrice | undefined,
): { readonly points: number; readonly moneyFen: number } | null {
  return price === undefined ? null : { points: price.points, moneyFen: price.money }
}

function leastOf(limits: readonly (number | null)[]): number | null {
  const stated = limits.filter((each) => each !== null)
  return stated.length === 0 ? null : Math.max(0, Math.min(...stated))
}

/** When what stands in the way by the calendar is over: the latest of it. */
function nextOf(
  terms: BenefitTerms,
  state: {
    readonly at: Temporal.Instant
    readonly quotaLeft: number | null
    readonly dayLeft: number | null
    readonly period: Period
  },
  zone: string,
): Temporal.Instant | undefined {
  const { at, quotaLeft, dayLeft, period } = state
  const opensMs = windowIn(terms.window ?? {}, zone).fromMs
  const isUsedUp = quotaLeft !== null && quotaLeft < 1
  // What ends with a grant does not begin anew.
  const renews = terms.quota?.per !== 'grant' && isUsedUp ? period.to : undefined
  const tomorrow = dayLeft !== null && dayLeft < 1 ? calendarPeriod('day', at, zone).to : undefined
  const ends = [
    opensMs > at.epochMilliseconds ? opensMs : 0,
    renews?.epochMilliseconds ?? 0,
    tomorrow?.epochMilliseconds ?? 0,
  ]
  const latest = Math.max(...ends)
  return latest === 0 ? undefined : Temporal.Instant.fromEpochMilliseconds(latest)
}
