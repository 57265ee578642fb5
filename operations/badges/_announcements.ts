import type { BadgeAwardRow, BadgePointsRow } from '#db/badges/counts.ts'
import type { Announcement } from '#operations/announcements/announce.ts'
import type { Award } from '#rules/badges/badges.ts'
import { dayOfNumber } from '#rules/time/day-numbers.ts'

/** The awards that changed, as rows, and what the member is told of them: each turn once. */
export function awardChanges(
  memberId: string,
  awards: readonly Award[],
  before: readonly BadgeAwardRow[],
  at: Temporal.Instant,
): { readonly rows: readonly BadgeAwardRow[]; readonly announcements: readonly Announcement[] } {
  const known = new Map(before.map((row) => [`${row.badge}/${row.step}`, row]))
  const present = new Set(awards.map((award) => `${award.badge}/${award.step}`))
  const rows: BadgeAwardRow[] = []
  const announcements: Announcement[] = []
  const turn = (row: BadgeAwardRow, was: BadgeAwardRow['status'] | undefined): void => {
    const isTold = (row.status === 'held') !== (was === 'held')
    const turned = isTold ? { ...row, turns: row.turns + 1 } : row
    rows.push(turned)
    if (isTold) announcements.push(awardTold(turned, at))
  }
  for (const { badge, step, day, policy, waits } of awards) {
    const was = known.get(`${badge}/${step}`)
    const status = waits ? 'waiting' : 'held'
    if (was?.status === status && was.day === day && was.policy === policy) continue
    const turns = was?.turns ?? 0
    turn({ memberId, badge, step, status, day, policy, turns }, was?.status)
  }
  for (const row of before) {
    if (row.status === 'withdrawn' || present.has(`${row.badge}/${row.step}`)) continue
    turn({ ...row, status: 'withdrawn' }, row.status)
  }
  return { rows, announcements }
}

function awardTold(row: BadgeAwardRow, at: Temporal.Instant): Announcement {
  const { memberId, badge, step, status, day, policy, turns } = row
  const because = status === 'waiting' ? 'review' : 'facts'
  return {
    memberId,
    id: `badge:${badge}/${step}:${turns}`,
    type: status === 'held' ? 'jifen.badge.awarded.v1' : 'jifen.badge.withdrawn.v1',
    at,
    data: {
      badge,
      step,
      policy,
      ...(status === 'held' ? { reachedOn: dayOfNumber(day).toString() } : { because }),
    },
  }
}

/** How often the level has changed, and what is told of the change. */
export function levelChange(
  memberId: string,
  level: string | null,
  before: BadgePointsRow | undefined,
  at: Temporal.Instant,
): { readonly turns: number; readonly announcements: readonly Announcement[] } {
  const from = before?.level ?? null
  const turns = before?.levelTurns ?? 0
  if (from === level) return { turns, announcements: [] }
  const id = `badge-level:${turns + 1}`
  const data = { from, to: level }
  const told: Announcement = { memberId, id, type: 'jifen.badge-level.changed.v1', at, data }
  return { turns: turns + 1, announcements: [told] }
}
