import { asFen, fenToText } from '#rules/money/fen.ts'

/** How the market counts: from `GET /v1/market`. */
export type MarketFormat = {
  readonly currency: string
  readonly minorDigits: number
  /** The IANA name of the business time zone. */
  readonly zone: string
}

/** Writes the figures of one market in one locale. Instants come in as ISO texts, days as 2018-12-31. */
export type Format = {
  /** Minor units of the market's currency: 10900 is "¥109.00". */
  readonly money: (fen: number) => string
  /** One whole unit of the currency: "¥1". */
  readonly oneOfMoney: string
  /** An amount of a wallet: money where its unit is money, else a number. */
  readonly amount: (amount: number, unit: string) => string
  /** The same with its sign: "+54", "−120". */
  readonly change: (amount: number, unit: string) => string
  readonly day: (day: string) => string
  /** A day without its year. */
  readonly shortDay: (day: string) => string
  readonly month: (month: string) => string
  readonly dayOf: (instant: string) => string
  readonly monthOf: (instant: string) => string
  /** Without the year, for a list that is grouped by month. */
  readonly shortTime: (instant: string) => string
  /** To the minute. */
  readonly time: (instant: string) => string
  /** To the second. */
  readonly exactTime: (instant: string) => string
  readonly deadline: (instant: string) => Deadline
}

/** The last whole day before an instant, where it is the beginning of a day; else the time itself. */
export type Deadline = { readonly isDay: boolean; readonly text: string }

/** The units whose amounts are money in minor units. */
const moneyUnits = new Set(['allowance', 'redEnvelope'])

export function makeFormat(locale: string, market: MarketFormat): Format {
  const number = new Intl.NumberFormat(locale)
  const inCurrency = (digits: number) =>
    new Intl.NumberFormat(locale, {
      style: 'currency',
      currency: market.currency,
      currencyDisplay: 'narrowSymbol',
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    })
  const currency = inCurrency(market.minorDigits)
  const money = (fen: number): string =>
    withMinus(currency.format(fenToText(asFen(fen), market.minorDigits) as `${number}`))
  const amount = (value: number, unit: string): string =>
    moneyUnits.has(unit) ? money(value) : withMinus(number.format(value))

  const dates = (options: Intl.DateTimeFormatOptions, timeZone = market.zone) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone, hourCycle: 'h23' })
  const [inDays, inMonths] = [dates(day), dates(month)]
  const [plainDays, shortDays, plainMonths] = [
    dates(day, 'UTC'),
    dates({ month: 'short', day: 'numeric' }, 'UTC'),
    dates(month, 'UTC'),
  ]
  const short = dates({ month: 'short', day: 'numeric', ...minute })
  const long = dates({ ...day, ...minute })
  const exact = dates({ ...day, ...minute, second: '2-digit' })

  return {
    money,
    oneOfMoney: inCurrency(0).format(1),
    amount,
    change: (value, unit) => (value > 0 ? `+${amount(value, unit)}` : amount(value, unit)),
    day: (text) => plainDays.format(millisecondsOf(`${text}T00:00:00Z`)),
    shortDay: (text) => shortDays.format(millisecondsOf(`${text}T00:00:00Z`)),
    month: (text) => plainMonths.format(millisecondsOf(`${text}-01T00:00:00Z`)),
    dayOf: (instant) => inDays.format(millisecondsOf(instant)),
    monthOf: (instant) => inMonths.format(millisecondsOf(instant)),
    shortTime: (instant) => short.format(millisecondsOf(instant)),
    time: (instant) => long.format(millisecondsOf(instant)),
    exactTime: (instant) => exact.format(millisecondsOf(instant)),
    deadline: (instant) => {
      const end = millisecondsOf(instant)
      if (!isMidnight(end, market.zone)) return { isDay: false, text: long.format(end) }
      return { isDay: true, text: inDays.format(end - 1) }
    },
  }
}

const day = { year: 'numeric', month: 'long', day: 'numeric' } as const
const month = { year: 'numeric', month: 'long' } as const
const minute = { hour: '2-digit', minute: '2-digit' } as const

/** Whole days from one instant to another, a begun day counted as one. */
export function daysUntil(instant: string, from: string): number {
  const milliseconds = millisecondsOf(instant) - millisecondsOf(from)
  return Math.max(0, Math.ceil(milliseconds / 86_400_000))
}

function isMidnight(milliseconds: number, timeZone: string): boolean {
  const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium', timeZone, hourCycle: 'h23' })
  return clock.format(milliseconds) === '00:00:00'
}

/** Safari has no Temporal yet; Intl takes milliseconds everywhere. */
export function millisecondsOf(instant: string): number {
  // oxlint-disable-next-line eslint/no-restricted-globals
  return Date.parse(instant)
}

/** The minus sign of typography, as wide as a plus. */
function withMinus(text: string): string {
  return text.replace('-', '\u2212')
}
