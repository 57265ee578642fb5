import { phaseNamed } from '#rules/campaigns/phases.ts'
import type { Campaign, Days } from '#rules/campaigns/policy.ts'
import type { Window } from '#rules/pricing/basket.ts'
import { startOfDay } from '#rules/time/instants.ts'

/** What is verified: goods of a presale, goods of the day itself. */
export const declaredKinds = ['presale', 'spot'] as const

export type DeclaredKind = (typeof declaredKinds)[number]

/** The days whose deals and marked prices are looked at, both ends included. */
export type PriceDays = { readonly deals: Days; readonly promo: Days }

/** The days of a campaign for one kind of goods (PV-7); `undefined`: it verifies no prices. */
export function daysOf(campaign: Campaign, kind: DeclaredKind): PriceDays | undefined {
  return campaign.price?.[kind]
}

/** So many days that end the day before one (PV-7). */
export function daysBefore(day: Temporal.PlainDate, count: number): Days {
  return [day.subtract({ days: count }), day.subtract({ days: 1 })]
}

/** So many days that begin the day after one. */
export function daysAfter(day: Temporal.PlainDate, count: number): Days {
  return [day.add({ days: 1 }), day.add({ days: count })]
}

/** Business days as a half-open window of instants (TI-2, TI-3). */
export function windowOfDays([first, last]: Days, zone: string): Window {
  return {
    fromMs: startOfDay(first, zone).epochMilliseconds,
    toMs: startOfDay(last.add({ days: 1 }), zone).epochMilliseconds,
  }
}

/** Days as texts: `['2017-09-15', '2017-10-19']`. */
export function daysText([first, last]: Days): [string, string] {
  return [first.toString(), last.toString()]
}

/** From when a campaign sells, a presale first, to the end of its day; `undefined`: it has no day. */
export function saleOf(campaign: Campaign): Window | undefined {
  const day = phaseNamed(campaign, 'day')?.window
  if (day === undefined) return undefined
  const presale = phaseNamed(campaign, 'presale')?.window
  const fromMs = Math.min(
    day.from.epochMilliseconds,
    presale?.from.epochMilliseconds ?? Number.POSITIVE_INFINITY,
  )
  return { fromMs, toMs: day.to.epochMilliseconds }
}
