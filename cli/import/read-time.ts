import { StartError } from '#cli/postgres/start-error.ts'
import { instantFromText } from '#rules/time/instants.ts'

/** Reads a time as milliseconds since 1970; `undefined` when the text is none. */
export type ReadTime = (text: string) => number | undefined

const parts = { YYYY: 'year', M: 'month', D: 'day', H: 'hour', mm: 'minute', ss: 'second' } as const
const digits: Readonly<Record<string, string>> = {
  YYYY: '[0-9]{4}',
  mm: '[0-9]{2}',
  ss: '[0-9]{2}',
}

/** How many days are remembered: neighbouring rows are of the same ones. */
const mostDays = 10_000

const dayMs = 86_400_000

/**
 * Makes a reader of times: ISO 8601 with an offset, or one of `formats` (YYYY, MM or M, DD or D, HH
 * or H, mm, ss and what stands between) as a local time of `zone`. Of a local time that the clocks
 * showed twice the earlier is meant; one that they skipped is read with the offset before the gap.
 */
export function timeReader(formats: readonly string[], zone: string): ReadTime {
  const patterns = formats.map(patternOf)
  const days = new Map<string, number | undefined>()
  return (text) => {
    for (const pattern of patterns) {
      const { groups } = pattern.exec(text) ?? {}
      if (groups === undefined) continue
      const time = readLocal(groups as LocalTime, zone, days)
      if (time !== undefined) return time
    }
    return instantFromText(text)?.epochMilliseconds
  }
}

/** The parts of a local time, in digits. */
type LocalTime = Readonly<Record<'year' | 'month' | 'day', string>> &
  Readonly<Partial<Record<'hour' | 'minute' | 'second', string>>>

/** The time in a zone; `undefined` when there is no such day or no such time of a day. */
function readLocal(
  parts: LocalTime,
  zone: string,
  days: Map<string, number | undefined>,
): number | undefined {
  const hour = Number(parts.hour ?? 0)
  const minute = Number(parts.minute ?? 0)
  const second = Number(parts.second ?? 0)
  if (hour > 23 || minute > 59 || second > 59) return undefined

  const date = `${parts.year}-${parts.month.padStart(2, '0')}-${parts.day.padStart(2, '0')}`
  if (!days.has(date)) {
    if (days.size >= mostDays) days.clear()
    days.set(date, startOfPlainDay(date, zone))
  }
  const start = days.get(date)
  if (start === undefined) return undefined
  if (!Number.isNaN(start)) return start + ((hour * 60 + minute) * 60 + second) * 1000

  const time = Temporal.PlainTime.from({ hour, minute, second })
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime: time })
    .epochMilliseconds
}

/** Stands for a day on which the clocks change: its times are found one by one. */
const changing = Number.NaN

/** When a day of 24 hours begins; `changing` for another, `undefined` when there is no such date. */
function startOfPlainDay(date: string, zone: string): number | undefined {
  try {
    const day = Temporal.PlainDate.from(date)
    const start = day.toZonedDateTime(zone).epochMilliseconds
    const end = day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds
    return end - start === dayMs ? start : changing
  } catch {
    return undefined
  }
}

function patternOf(format: string): RegExp {
  if (!/YYYY.*M.*D|D.*M.*YYYY|M.*D.*YYYY/.test(format)) {
    throw new StartError(`The time format "${format}" is not right: it has no year, month and day.`)
  }
  const source = format.replaceAll(/YYYY|MM?|DD?|HH?|mm|ss|[^A-Za-z0-9]|T|(.)/g, (token, other) => {
    if (other !== undefined) {
      throw new StartError(
        `The time format "${format}" is not right: ${token} means nothing in it.`,
      )
    }
    const name = token === 'T' ? undefined : partOf(token)
    if (name === undefined) return RegExp.escape(token)
    return `(?<${name}>${digits[token] ?? '[0-9]{1,2}'})`
  })
  return new RegExp(`^${source}$`)
}

function partOf(token: string): string | undefined {
  return Object.entries(parts).find(([part]) => part === token || part + part === token)?.[1]
}
