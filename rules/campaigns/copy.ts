import { dayFromText, instantFromText } from '#rules/time/instants.ts'

/** A policy in its JSON form. */
export type PolicyForm = { readonly name: string; readonly body: unknown }

export type CopyAsked = {
  /** The campaign that is copied, and what its copy is called: `double11-2017`, `double11-2018`. */
  readonly campaign: string
  readonly as: string
  /** The year of the day, and that of the copy. */
  readonly fromYear: number
  readonly toYear: number
  readonly zone: string
}

export type Copied = {
  /** The campaign first, then the policies that are copied with it, by name. */
  readonly policies: readonly PolicyForm[]
  /** Attached policies without a date in them: they are not of a year, and are attached as they are. */
  readonly shared: readonly string[]
}

/**
 * CP-7: a campaign with the policies attached to it, for another year: every day and instant is the same
 * day of the same month at the same time of the zone, so many years later (29 February where there is
 * none: the 28th); the number of the year in names and texts is the new one. What a campaign lays over
 * policies is in it, and shifted with it.
 */
export function copyOf(
  campaign: unknown,
  attached: readonly PolicyForm[],
  asked: CopyAsked,
): Copied {
  const dated = attached.filter(({ body }) => hasDate(body))
  const shared = attached.filter((each) => !dated.includes(each)).map(({ name }) => name)
  const names = new Map(dated.map(({ name }) => [name, nameFor(name, asked)]))
  const renamed = new Map([...names, [asked.campaign, asked.as]])
  const own = { name: `campaign:${asked.as}`, body: shifted(campaign, asked, renamed) }
  const others = dated
    .map(({ name, body }) => ({
      name: names.get(name) ?? name,
      body: shifted(body, asked, renamed),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return { policies: [own, ...others], shared: shared.toSorted() }
}

/** What an attached policy is called in its copy: after the campaign, after the year, or with it. */
function nameFor(name: string, { campaign, as, fromYear, toYear }: CopyAsked): string {
  const colon = name.indexOf(':')
  const [family, slug] = [name.slice(0, colon + 1), name.slice(colon + 1)]
  if (slug.includes(campaign)) return `${family}${slug.replace(campaign, as)}`
  const inYear = withYear(slug, fromYear, toYear)
  return `${family}${inYear === slug ? `${slug}-${toYear}` : inYear}`
}

function shifted(value: unknown, asked: CopyAsked, renamed: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return renamed.get(value) ?? textFor(value, asked)
  if (Array.isArray(value)) return value.map((each) => shifted(each, asked, renamed))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, shifted(each, asked, renamed)]),
  )
}

function textFor(text: string, { fromYear, toYear, zone }: CopyAsked): string {
  const years = toYear - fromYear
  const day = dayFromText(text)
  if (day !== undefined) return day.add({ years }).toString()
  const instant = instantFromText(text)
  if (instant !== undefined) {
    const moved = instant.toZonedDateTimeISO(zone).add({ years }).toInstant()
    return moved.toString({ timeZone: zone })
  }
  return withYear(text, fromYear, toYear)
}

/** The number of a year, where it stands by itself. */
function withYear(text: string, fromYear: number, toYear: number): string {
  return text.replace(new RegExp(`(?<![0-9])${fromYear}(?![0-9])`, 'g'), String(toYear))
}

function hasDate(value: unknown): boolean {
  if (typeof value === 'string') {
    return dayFromText(value) !== undefined || instantFromText(value) !== undefined
  }
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some(hasDate)
}
