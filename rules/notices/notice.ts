import type { RuleNoticesPolicy } from '#rules/notices/policy.ts'
import { dayOf, isBefore, startOfDay } from '#rules/time/instants.ts'

export const noticeStatuses = ['draft', 'published', 'over', 'replaced'] as const

export type NoticeStatus = (typeof noticeStatuses)[number]

export const stances = ['for', 'against', 'neutral'] as const

export type Stance = (typeof stances)[number]

/** The times of a published notice. */
export type NoticeTimes = {
  readonly publishedAt: Temporal.Instant
  readonly opinionsUntil: Temporal.Instant
  readonly endsAt: Temporal.Instant
}

export type Publishing = {
  readonly author: string
  readonly publisher: string
  /** Why it cannot wait; absent: it can. */
  readonly emergency: string | undefined
}

export type Published =
  | { readonly ok: true; readonly times: NoticeTimes }
  | { readonly ok: false; readonly refusal: 'notices/second-person' }

/** Publishes a notice (RN-2, RN-3): full days, each to its end, in the zone of the market. */
export function published(
  policy: Pick<RuleNoticesPolicy, 'noticeDays' | 'opinionDays' | 'emergencyHours'>,
  { author, publisher, emergency }: Publishing,
  at: Temporal.Instant,
  zone: string,
): Published {
  if (emergency !== undefined) {
    if (author === publisher) return { ok: false, refusal: 'notices/second-person' }
    const endsAt = at.add({ hours: policy.emergencyHours })
    return { ok: true, times: { publishedAt: at, opinionsUntil: endsAt, endsAt } }
  }
  const endOf = (days: number): Temporal.Instant =>
    startOfDay(dayOf(at, zone).add({ days: days + 1 }), zone)
  const times = {
    publishedAt: at,
    opinionsUntil: endOf(policy.opinionDays),
    endsAt: endOf(policy.noticeDays),
  }
  return { ok: true, times }
}

/** A reminder that is due at an instant, of one of the ends of a notice (RN-7). */
export type Reminder = { readonly name: string; readonly at: Temporal.Instant }

/** The reminders of a notice, by time. One that would come with the publication is left out. */
export function remindersOf(
  { remindBefore }: Pick<RuleNoticesPolicy, 'remindBefore'>,
  { publishedAt, opinionsUntil, endsAt }: NoticeTimes,
  zone: string,
): readonly Reminder[] {
  const ends = opinionsUntil.equals(endsAt)
    ? [{ name: 'end', end: endsAt }]
    : [
        { name: 'opinions', end: opinionsUntil },
        { name: 'end', end: endsAt },
      ]
  const all = ends.flatMap(({ name, end }) =>
    remindBefore.map((before) => ({
      name: `${name}-${before.toString()}`,
      at: end.toZonedDateTimeISO(zone).subtract(before).toInstant(),
    })),
  )
  return all
    .filter(({ at }) => isBefore(publishedAt, at))
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at) || (a.name < b.name ? -1 : 1))
}

/** Whether a merchant may still say what it thinks (RN-4). */
export function takesOpinions(
  status: NoticeStatus,
  times: NoticeTimes | undefined,
  at: Temporal.Instant,
): boolean {
  return status === 'published' && times !== undefined && isBefore(at, times.opinionsUntil)
}

/** A notice that implements a draft of a policy. */
export type Implementing = {
  readonly endsAt: Temporal.Instant
  readonly isAnswered: boolean
}

export type Noticed =
  | { readonly ok: true; readonly effectiveAt: Temporal.Instant | undefined }
  | { readonly ok: false; readonly refusal: 'notices/needed' | 'notices/not-answered' }
  | {
      readonly ok: false
      readonly refusal: 'notices/not-over'
      readonly earliest: Temporal.Instant
    }

/** From when a draft may count beside the notice that announced it (RN-5, RN-6). */
export function effectiveBesideNotice(
  policy: Pick<RuleNoticesPolicy, 'needed' | 'answerFirst'> | undefined,
  name: string,
  notices: readonly Implementing[],
  asked: Temporal.Instant | undefined,
  at: Temporal.Instant,
): Noticed {
  const [first] = notices
  if (first === undefined) {
    const isNeeded = policy?.needed.some((each) => fits(each, name)) ?? false
    return isNeeded ? { ok: false, refusal: 'notices/needed' } : { ok: true, effectiveAt: asked }
  }
  if (policy?.answerFirst === true && notices.some(({ isAnswered }) => !isAnswered)) {
    return { ok: false, refusal: 'notices/not-answered' }
  }
  const earliest = notices.reduce(
    (latest, { endsAt }) => (isBefore(latest, endsAt) ? endsAt : latest),
    first.endsAt,
  )
  if (asked !== undefined && isBefore(asked, earliest)) {
    return { ok: false, refusal: 'notices/not-over', earliest }
  }
  return { ok: true, effectiveAt: asked ?? (isBefore(at, earliest) ? earliest : undefined) }
}

function fits(named: string, name: string): boolean {
  return named.endsWith(':*') ? name.startsWith(named.slice(0, -1)) : named === name
}
