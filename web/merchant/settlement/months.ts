import { millisecondsOf } from '#web/kit/format.ts'
import type { Period } from '#web/merchant/settlement/resources.ts'

/** The month that it is in a zone, and so many before it, the latest first: `2017-11`. */
export function lastMonths(now: number, zone: string, count: number): readonly string[] {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
  }).formatToParts(now)
  const partOf = (type: string): number => Number(parts.find((each) => each.type === type)?.value)
  const months = partOf('year') * 12 + partOf('month') - 1
  return Array.from({ length: count }, (_, back) => monthText(months - back))
}

/** From the first instant of a month in a zone until that of the next. */
export function periodOf(month: string, zone: string): Period {
  const [year = 0, number = 1] = month.split('-').map(Number)
  const next = monthText(year * 12 + number)
  return { from: beginningOf(month, zone), to: beginningOf(next, zone) }
}

function monthText(months: number): string {
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}`
}

/** Midnight of the first of a month, with the offset that the zone has then. */
function beginningOf(month: string, zone: string): string {
  const names = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
  const parts = names.formatToParts(millisecondsOf(`${month}-01T00:00:00Z`))
  const told = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const offset = told.replace('GMT', '')
  return `${month}-01T00:00:00${offset === '' ? 'Z' : offset}`
}
