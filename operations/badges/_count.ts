import { hash } from 'node:crypto'
import {
  badgeAwardsOf,
  badgePointsOf,
  behaviourDaysOf,
  deleteBehaviourDays,
  upsertBadgeAwards,
  upsertBadgePoints,
  upsertBehaviourDays,
  type BadgeAwardRow,
  type BadgePointsRow,
  type BehaviourDayRow,
} from '#db/badges/counts.ts'
import { takeDue } from '#db/badges/due.ts'
import { deviceSalt, insertSightings, type SightingRow } from '#db/badges/sightings.ts'
import { deleteSuspects, insertSuspects, upsertSuspicions } from '#db/badges/suspicions.ts'
import type { Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { lockMembers } from '#db/members.ts'
import { announce, type Announcement } from '#operations/announcements/announce.ts'
import { awardChanges, levelChange } from '#operations/badges/_announcements.ts'
import { loadBadgeSituations, type BadgeSituation } from '#operations/badges/_load.ts'
import { badgeRulesAt, type BadgeRules } from '#operations/badges/badge-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { badgesOf, type Badges } from '#rules/badges/badges.ts'

export type BadgeContext = { readonly policies: PolicyBook; readonly market: Market }

/**
 * Counts the badges of members anew from all their facts and writes what changed: days, points, awards,
 * the queue of reviews, sightings of devices (BG-6, BG-12). A sealed member's are left as they are
 * (BG-15). Returns how many facts each was counted from.
 */
export async function countBadgesOf(
  tx: Writer,
  { policies, market }: BadgeContext,
  memberIds: readonly string[],
  now: Temporal.Instant,
): Promise<ReadonlyMap<string, number>> {
  const rules = badgeRulesAt(policies, market.zone, now)
  if (rules === undefined) return new Map()
  const members = await lockMembers(tx, memberIds)
  await takeDue(tx, memberIds)
  const active = memberIds.filter((memberId) => members.get(memberId)?.status === 'active')
  const [situations, points, awards, days, salt] = await Promise.all([
    loadBadgeSituations(tx, market.zone, rules.policy.watch, active),
    badgePointsOf(tx, memberIds),
    badgeAwardsOf(tx, active),
    behaviourDaysOf(tx, active),
    deviceSalt(tx),
  ])

  const pointsBy = new Map(points.map((row) => [row.memberId, row]))
  const awardsBy = Map.groupBy(awards, (row) => row.memberId)
  const daysBy = Map.groupBy(days, (row) => row.memberId)
  const counts = situations.map((situation) => {
    const { memberId } = situation
    const before = {
      points: pointsBy.get(memberId),
      awards: awardsBy.get(memberId) ?? [],
      days: daysBy.get(memberId) ?? [],
    }
    const badges = badgesOf(situation.doings, situation.queue.verdicts, rules.versions)
    return countOf(situation, badges, before, rules, now)
  })
  const left = points
    .filter((row) => !active.includes(row.memberId))
    .map((row) => ({ ...row, policy: rules.version }))

  await Promise.all([
    upsertBadgePoints(tx, [...counts.map((each) => each.points), ...left], now),
    upsertBadgeAwards(
      tx,
      counts.flatMap((each) => each.awards),
    ),
    upsertBehaviourDays(
      tx,
      counts.flatMap((each) => each.days),
    ),
    deleteBehaviourDays(
      tx,
      counts.flatMap((each) => each.daysGone),
    ),
    announce(
      tx,
      counts.flatMap((each) => each.announcements),
    ),
    writeQueue(tx, situations, now),
    insertSightings(
      tx,
      situations.flatMap((each) => sightingsOf(each, salt)),
    ),
  ])
  return new Map(
    situations.map(({ memberId, doings }) => [memberId, doings.bought.length + doings.told.length]),
  )
}

type Before = {
  readonly points: BadgePointsRow | undefined
  readonly awards: readonly BadgeAwardRow[]
  readonly days: readonly BehaviourDayRow[]
}

type Count = {
  readonly points: BadgePointsRow
  readonly awards: readonly BadgeAwardRow[]
  readonly days: readonly BehaviourDayRow[]
  readonly daysGone: readonly BehaviourDayRow[]
  readonly announcements: readonly Announcement[]
}

function countOf(
  { memberId, queue }: BadgeSituation,
  badges: Badges,
  before: Before,
  { version }: BadgeRules,
  now: Temporal.Instant,
): Count {
  const waiting = [...queue.verdicts.values()].filter((each) => each.waits && !each.struck).length
  const awards = awardChanges(memberId, badges.awards, before.awards, now)
  const level = levelChange(memberId, badges.level, before.points, now)
  const days = daysFrom(memberId, badges)
  const dayKeys = new Set(days.map(dayKey))
  const written = new Map(before.days.map((row) => [dayKey(row), JSON.stringify(row)]))
  return {
    points: {
      memberId,
      points: badges.points,
      badges: badges.awards.filter((award) => !award.waits).length,
      level: badges.level,
      levelTurns: level.turns,
      waiting,
      policy: version,
    },
    awards: awards.rows,
    days: days.filter((row) => written.get(dayKey(row)) !== JSON.stringify(row)),
    daysGone: before.days.filter((row) => !dayKeys.has(dayKey(row))),
    announcements: [...awards.announcements, ...level.announcements],
  }
}

function daysFrom(memberId: string, { counted }: Badges): readonly BehaviourDayRow[] {
  return [...counted].flatMap(([behaviour, days]) =>
    days.map(({ day, told, waiting, struck, counted: n, points, atCap }) => {
      return { memberId, behaviour, day, told, waiting, struck, counted: n, points, atCap }
    }),
  )
}

function dayKey({ behaviour, day }: Pick<BehaviourDayRow, 'behaviour' | 'day'>): string {
  return `${behaviour}/${day}`
}

async function writeQueue(
  tx: Writer,
  situations: readonly BadgeSituation[],
  now: Temporal.Instant,
): Promise<void> {
  const changes = situations.flatMap(({ memberId, queue }) =>
    queue.changes.map((change) => ({ memberId, change })),
  )
  if (changes.length === 0) return
  await upsertSuspicions(
    tx,
    changes.map(({ memberId, change: { suspicionId, rule, kind, ring, status } }) => {
      return { memberId, suspicionId, rule, kind, ring, status, openedAt: now }
    }),
  )
  const rowsOf = (which: 'added' | 'dropped') =>
    changes.flatMap(({ memberId, change }) =>
      change[which].map(({ source, id }) => {
        const { rule, suspicionId } = change
        return { memberId, rule, source, eventId: id, suspicionId }
      }),
    )
  await deleteSuspects(tx, rowsOf('dropped'))
  await insertSuspects(tx, rowsOf('added'))
}

/** What is kept of devices: a salted hash. */
function sightingsOf(
  { memberId, told, doings }: BadgeSituation,
  salt: string,
): readonly SightingRow[] {
  const shops = new Map(doings.bought.map((order) => [order.orderId, order.shop]))
  return told.flatMap((row): SightingRow[] => {
    const { source, eventId, kind, device, orderId, sku, subject, at } = row
    if (device === null) return []
    const review = row.highValue ? 'highValueReview' : 'review'
    return [
      {
        memberId,
        source,
        eventId,
        device: hash('sha256', `${salt}${device}`, 'buffer'),
        behaviour: kind ?? review,
        subject: kind === null ? sku : subject,
        shop: (orderId === null ? undefined : shops.get(orderId)) ?? null,
        at,
      },
    ]
  })
}
