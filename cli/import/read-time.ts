import { StartError } from '#cli/postgres/start-error.ts'
import { instantFromText } from '#rules/time/instants.ts'

/** Reads a time as milliseconds since 1970; `undefined` when the text is none. */
export type ReadTime = (text: string) => number | undefined

const parts = { YYYY: 'year', M: 'month', D: 'day', H: 'hour', mm: 'minute', ss: 'second' } as const
const digits: Readonly<Record<string, string>> = { YYYY: '[0-9]{4}', mm: '[0-9]{2}', ss: '[0-9]{2}' }

/** How many texts are remembered: neighbouring rows often have the same time. */
const mostRemembered = 10_000

/**
 * Makes a reader of times: ISO 8601 with an offset, or one of `formats` (YYYY, MM or M, DD or D, HH
 * or H, mm, ss and what stands between) as a local time of `zone`. Of a local time that the clocks
 * showed twice the earlier is meant; one that they skipped is read with the offset before the gap.
 */
export function timeReader(formats: readonly string[], zone: string): ReadTime {
  const patterns = formats.map(patternOf)
  const remembered = new Map<string, number | undefined>()
  return (text) => {
    if (remembered.has(text)) return remembered.get(text)
    if (remembered.size >= mostRemembered) remembered.clear()
    const time = readIso(text) ?? readLocal(text, patterns, zone)
    remembered.set(text, time)
    return time
  }
}

function readIso(text: string): number | undefined {
  return instantFromText(text)?.epochMilliseconds
}

function readLocal(text: string, patterns: readonly RegExp[], zone: string): number | undefined {
  for (const pattern of patterns) {
    const groups = pattern.exec(text)?.groups
    if (groups === undefined) continue
    const { year, month, day, hour = 0, minute = 0, second = 0 } = numbersOf(groups)
    if (year === undefined || month === undefined || day === undefined) continue
    try {
      const local = { year, month, day, hour, minute, second }
      const time = Temporal.PlainDateTime.from(local, { overflow: 'reject' })
      return time.toZonedDateTime(zone).epochMilliseconds
    } catch {
      // There is no such day or hour: another format may read it.
    }
  }
  return undefined
}

function numbersOf(groups: Readonly<Record<string, string>>): Partial<Record<string, number>> {
  return Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, Number(text)]))
}

function patternOf(format: string): RegExp {
  const source = format.replaceAll(/YYYY|MM?|DD?|HH?|mm|ss|[^A-Za-z0-9]|T|(.)/g, (token, other) => {
    if (other !== undefined) {
      throw new StartError(`The time format "${format}" is not right: ${token} means nothing in it.`)
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
