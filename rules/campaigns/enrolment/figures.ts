import {
  addRatios,
  compareRatios,
  quotientOf,
  ratioOf,
  ratioToText,
  type Ratio,
} from '#rules/campaigns/enrolment/ratio.ts'
import { dayFromText, dayOf, instantFromText, startOfDay } from '#rules/time/instants.ts'

/**
 * What is known of a shop: `category`, `openedOn`, `dsr`, `violations` and whatever else is measured. A
 * figure is a number, a decimal text, a fraction `{ numerator, denominator }`, or told day by day:
 * `[{ at, value }]`.
 */
export type ShopFigures = Readonly<Record<string, unknown>>

/** A figure as it was found: exactly, and as it is shown. */
export type Seen = { readonly value: Ratio; readonly shown: string | number }

/** The day that windows end before, in the zone of the market; one for all shops that are decided. */
export type Reference = {
  readonly day: Temporal.PlainDate
  readonly zone: string
  readonly at: Temporal.Instant
  /** The first instant of the day. */
  readonly dayMs: number
  /** Windows by their days, as they are first asked for. */
  readonly windows: Map<number, DaysBefore>
}

/** First and last day of a window, and its first instant. */
export type DaysBefore = {
  readonly first: Temporal.PlainDate
  readonly last: Temporal.PlainDate
  readonly fromMs: number
}

/** What windows are asked by at an instant. */
export function referenceAt(at: Temporal.Instant, zone: string): Reference {
  const day = dayOf(at, zone)
  return { day, zone, at, dayMs: startOfDay(day, zone).epochMilliseconds, windows: new Map() }
}

const dimensions = ['description', 'service', 'delivery'] as const

/**
 * The figure of a shop at a path (EL-3): `dsr` is the lowest of its three dimensions, `openDays` the age
 * of the shop in days, and `violations` the points of all kinds or of one, `violations.general`.
 * `undefined`: nobody knows it.
 */
export function figureAt(
  shop: ShopFigures,
  metric: string,
  reference: Reference,
  windowDays?: number,
): Seen | undefined {
  if (metric === 'openDays' || metric === 'openedOn') {
    return openDays(shop['openedOn'], reference.day) ?? seenOf(shop['openDays'], 0)
  }
  const digits = metric === 'dsr' || metric.startsWith('dsr.') ? 2 : 6
  const found = valueAt(shop, metric)
  if (metric === 'dsr' && isObject(found) && !('numerator' in found)) return lowest(found, digits)
  if (isOfViolations(shop, metric)) return pointsIn(shop, metric, reference, windowDays)
  if (Array.isArray(found)) return sumOf(found, reference, windowDays)
  return seenOf(found, digits)
}

function isOfViolations(shop: ShopFigures, metric: string): boolean {
  return /^violations(\.(general|severe|fake))?$/.test(metric) && Array.isArray(shop['violations'])
}

function pointsIn(
  shop: ShopFigures,
  metric: string,
  reference: Reference,
  windowDays: number | undefined,
): Seen | undefined {
  const [, kind] = metric.split('.')
  const told = shop['violations'] as readonly Readonly<Record<string, unknown>>[]
  const counted = told
    .filter((each) => kind === undefined || each['kind'] === kind)
    .map(({ at, points }) => ({ at, value: points }))
  return sumOf(counted, reference, windowDays)
}

/** The days of a window of so many before the reference day, which is not one of them (EL-4). */
export function windowBefore({ day, zone, windows }: Reference, days: number): DaysBefore {
  const known = windows.get(days)
  if (known !== undefined) return known
  const [first, last] = [day.subtract({ days }), day.subtract({ days: 1 })]
  const window = { first, last, fromMs: startOfDay(first, zone).epochMilliseconds }
  windows.set(days, window)
  return window
}

/** Whether something of an instant or a day falls into such a window; without one, before the day. */
export function isWithin(at: unknown, reference: Reference, days: number | undefined): boolean {
  const ms = firstMsOf(at, reference.zone)
  if (ms === undefined || ms >= reference.dayMs) return false
  return days === undefined || ms >= windowBefore(reference, days).fromMs
}

function firstMsOf(at: unknown, zone: string): number | undefined {
  if (at instanceof Temporal.Instant) return at.epochMilliseconds
  const day = typeof at === 'string' ? dayFromText(at) : at
  if (day instanceof Temporal.PlainDate) return startOfDay(day, zone).epochMilliseconds
  return typeof at === 'string' ? instantFromText(at)?.epochMilliseconds : undefined
}

function openDays(openedOn: unknown, day: Temporal.PlainDate): Seen | undefined {
  const opened = typeof openedOn === 'string' ? dayFromText(openedOn) : openedOn
  if (!(opened instanceof Temporal.PlainDate)) return undefined
  const { days } = opened.until(day, { largestUnit: 'days' })
  return { value: { over: BigInt(days), under: 1n }, shown: days }
}

function valueAt(shop: ShopFigures, metric: string): unknown {
  let found: unknown = shop
  for (const name of metric.split('.')) {
    if (!isObject(found) || !Object.hasOwn(found, name)) return undefined
    found = found[name]
  }
  return found
}

function lowest(dsr: Readonly<Record<string, unknown>>, digits: number): Seen | undefined {
  const all = dimensions.map((name) => seenOf(dsr[name], digits))
  let least: Seen | undefined
  for (const each of all) {
    if (each === undefined) return undefined
    if (least === undefined || compareRatios(each.value, least.value) < 0) least = each
  }
  return least
}

function sumOf(
  told: readonly unknown[],
  reference: Reference,
  windowDays: number | undefined,
): Seen | undefined {
  let value: Ratio = { over: 0n, under: 1n }
  let isNumber = true
  for (const each of told) {
    if (!isObject(each)) return undefined
    const seen = seenOf(each['value'], 6)
    if (seen === undefined) return undefined
    if (!isWithin(each['at'], reference, windowDays)) continue
    isNumber &&= typeof seen.shown === 'number'
    value = addRatios(value, seen.value)
  }
  const text = ratioToText(value, 6)
  return { value, shown: isNumber ? Number(text) : text }
}

/** A number, a decimal text or a fraction; what has more digits than are shown is cut, never rounded. */
function seenOf(found: unknown, digits: number): Seen | undefined {
  if (isObject(found)) {
    const value = fractionOf(found)
    return value === undefined ? undefined : { value, shown: ratioToText(value, digits) }
  }
  if (typeof found !== 'number' && typeof found !== 'string') return undefined
  const value = ratioOf(found)
  if (value === undefined) return undefined
  const isLong = value.under > 10n ** BigInt(digits)
  if (!isLong) return { value, shown: found }
  const text = ratioToText(value, digits)
  return { value, shown: typeof found === 'number' ? Number(text) : text }
}

function fractionOf({
  numerator,
  denominator,
}: Readonly<Record<string, unknown>>): Ratio | undefined {
  const [over, under] = [ratioOf(numerator), ratioOf(denominator)]
  return over === undefined || under === undefined ? undefined : quotientOf(over, under)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
