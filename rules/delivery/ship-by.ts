import { exactLimit, paidWindow, printedLimit, type Limit } from '#rules/delivery/limits.ts'
import type { DeliveryPolicy, DeliveryRule, Printed } from '#rules/delivery/policy.ts'
import { isBefore, isInside } from '#rules/time/instants.ts'

/** What was paid, as far as it says until when it is shipped. */
export type Goods = {
  readonly category: string
  readonly isPresale: boolean
  readonly isCustom: boolean
  /** Until when the page or the presale tool said it would be shipped. */
  readonly promise?: Promised | undefined
}

/** A limit that a page told: an instant or day, or a time from the payment. */
export type Promised =
  Printed | { readonly hours: number } | { readonly days: number } | { readonly by: Printed }

/** Why a rule did not fit. */
export type Miss = 'paid' | 'categories' | 'presale' | 'custom'

/** Which rule set a limit, and which were tried before it (SH-2, SH-3). */
export type ShipByWhy = {
  readonly set: 'rule' | 'promise' | 'ordinaryHours'
  /** Its place in the policy, from 0. */
  readonly rule?: number
  readonly title?: DeliveryRule['title']
  readonly tried: readonly { readonly rule: number; readonly misses: Miss }[]
}

/** `null`: no limit. */
export type ShipBy = {
  readonly ship: Limit | null
  readonly trace: Limit | null
  readonly why: ShipByWhy
}

export type DeliveryRules = {
  readonly rules: DeliveryPolicy
  /** Where no rule fits. */
  readonly ordinary: Temporal.Duration
  readonly zone: string
}

/**
 * Until when goods that were paid are shipped, and a carrier has recorded them (SH-1 to SH-4): what the
 * page promised for presale and custom goods, else the first rule that fits, else the ordinary hours.
 */
export function shipByOf(
  goods: Goods,
  paidAt: Temporal.Instant,
  { rules, ordinary, zone }: DeliveryRules,
): ShipBy {
  if (goods.promise !== undefined && (goods.isPresale || goods.isCustom)) {
    const ship = promisedLimit(goods.promise, paidAt, zone)
    return { ship, trace: ship, why: { set: 'promise', tried: [] } }
  }
  const tried: { rule: number; misses: Miss }[] = []
  for (const [index, rule] of rules.entries()) {
    const misses = missOf(rule, goods, paidAt, zone)
    if (misses !== undefined) {
      tried.push({ rule: index, misses })
      continue
    }
    const ship = limitOf(rule, paidAt, zone)
    const { title } = rule
    const named = title === undefined ? {} : { title }
    const why = { set: 'rule', rule: index, ...named, tried } as const
    return { ship, trace: ship === null ? null : traceOf(rule, ship, zone), why }
  }
  const ship = exactLimit(after(paidAt, ordinary, zone))
  return { ship, trace: ship, why: { set: 'ordinaryHours', tried } }
}

/** SH-5: an order goes out as one: the latest limit of its lines; lines without one do not count. */
export function latestOf(lines: readonly ShipBy[]): Pick<ShipBy, 'ship' | 'trace'> {
  return {
    ship: latestLimit(lines.map((line) => line.ship)),
    trace: latestLimit(lines.map((line) => line.trace)),
  }
}

/** SH-3: a dated rule is for goods on sale; presale and custom goods fit it only where it says so. */
function missOf(
  rule: DeliveryRule,
  goods: Goods,
  paidAt: Temporal.Instant,
  zone: string,
): Miss | undefined {
  const { paid, categories, presale, custom } = rule
  if (paid !== undefined && !isInside(paidAt, paidWindow(paid, zone))) return 'paid'
  if (categories !== undefined && !categories.includes(goods.category)) return 'categories'
  if (presale !== undefined && presale !== goods.isPresale) return 'presale'
  if (custom !== undefined && custom !== goods.isCustom) return 'custom'
  if (paid === undefined || presale === true || custom === true) return undefined
  if (goods.isPresale) return 'presale'
  return goods.isCustom ? 'custom' : undefined
}

function limitOf(rule: DeliveryRule, paidAt: Temporal.Instant, zone: string): Limit | null {
  if (rule.by === null) return null
  if (rule.by !== undefined) return printedLimit(rule.by, zone)
  return exactLimit(paidAt.add({ hours: hoursOf(rule) }))
}

function traceOf(rule: DeliveryRule, ship: Limit, zone: string): Limit | null {
  const { traceBy, traceHours: hours } = rule
  if (traceBy === null) return null
  if (traceBy !== undefined) return printedLimit(traceBy, zone)
  if (hours === undefined) return ship
  return { at: ship.at.add({ hours }), end: ship.end.add({ hours }) }
}

function promisedLimit(promise: Promised, paidAt: Temporal.Instant, zone: string): Limit {
  if (promise instanceof Temporal.Instant || promise instanceof Temporal.PlainDate) {
    return printedLimit(promise, zone)
  }
  if ('by' in promise) return printedLimit(promise.by, zone)
  return exactLimit(paidAt.add({ hours: hoursOf(promise) }))
}

/** A day of a limit is 24 hours. */
function hoursOf(counted: {
  readonly hours?: number | undefined
  readonly days?: number | undefined
}) {
  return (counted.hours ?? 0) + 24 * (counted.days ?? 0)
}

function after(instant: Temporal.Instant, duration: Temporal.Duration, zone: string) {
  return instant.toZonedDateTimeISO(zone).add(duration).toInstant()
}

function latestLimit(limits: readonly (Limit | null)[]): Limit | null {
  let latest: Limit | null = null
  for (const limit of limits) {
    if (limit !== null && (latest === null || isBefore(latest.end, limit.end))) latest = limit
  }
  return latest
}
