import { sql } from 'kysely'
import type { Reader, Writer } from '#db/connection.ts'
import { overRows } from '#db/rows.ts'

/** What a member's badges come to. */
export type BadgePointsRow = {
  readonly memberId: string
  readonly points: number
  readonly badges: number
  readonly level: string | null
  readonly levelTurns: number
  readonly waiting: number
  readonly policy: number
}

export type BadgeAwardRow = {
  readonly memberId: string
  readonly badge: string
  readonly step: string
  readonly status: 'held' | 'waiting' | 'withdrawn'
  /** Since 1970-01-01. */
  readonly day: number
  readonly policy: string
  readonly turns: number
}

export type BehaviourDayRow = {
  readonly memberId: string
  readonly behaviour: string
  /** Since 1970-01-01. */
  readonly day: number
  readonly told: number
  readonly waiting: number
  readonly struck: number
  readonly counted: number
  readonly points: number
  readonly atCap: boolean
}

export async function badgePointsOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<readonly BadgePointsRow[]> {
  const rows = await sql<BadgePointsRow>`
    select p.member_id as "memberId", p.points, p.badges, p.level, p.level_turns as "levelTurns",
      p.waiting, p.policy
    from jifen.badge_points p
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
  `.execute(db)
  return rows.rows
}

export async function badgeAwardsOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<readonly BadgeAwardRow[]> {
  const rows = await sql<BadgeAwardRow>`
    select a.member_id as "memberId", a.badge, a.step, a.status,
      a.reached_on - date '1970-01-01' as day, a.policy, a.turns
    from jifen.badge_award a
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by a.member_id, a.badge, a.step
  `.execute(db)
  return rows.rows
}

export async function behaviourDaysOf(
  db: Reader,
  memberIds: readonly string[],
): Promise<readonly BehaviourDayRow[]> {
  const rows = await sql<BehaviourDayRow>`
    select b.member_id as "memberId", b.behaviour, b.day - date '1970-01-01' as day, b.told,
      b.waiting, b.struck, b.counted, b.points, b.at_cap as "atCap"
    from jifen.behaviour_day b
    join unnest(${memberIds}::text[]) as k (member_id) using (member_id)
    order by b.member_id, b.behaviour, b.day
  `.execute(db)
  return rows.rows
}

export async function upsertBadgePoints(
  tx: Writer,
  rows: readonly BadgePointsRow[],
  at: Temporal.Instant,
): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      points: ['bigint', rows.map((row) => row.points)],
      badges: ['int', rows.map((row) => row.badges)],
      level: ['text', rows.map((row) => row.level)],
      level_turns: ['int', rows.map((row) => row.levelTurns)],
      waiting: ['int', rows.map((row) => row.waiting)],
      policy: ['int', rows.map((row) => row.policy)],
      counted_at: ['timestamptz', rows.map(() => at)],
    },
    (unnested, names) => `
      insert into jifen.badge_points (${names}) ${unnested}
      on conflict (member_id) do update set
        points = excluded.points, badges = excluded.badges, level = excluded.level,
        level_turns = excluded.level_turns, waiting = excluded.waiting, policy = excluded.policy,
        counted_at = excluded.counted_at
    `,
  )
}

export async function upsertBadgeAwards(tx: Writer, rows: readonly BadgeAwardRow[]): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      badge: ['text', rows.map((row) => row.badge)],
      step: ['text', rows.map((row) => row.step)],
      status: ['text', rows.map((row) => row.status)],
      day: ['int', rows.map((row) => row.day)],
      policy: ['text', rows.map((row) => row.policy)],
      turns: ['int', rows.map((row) => row.turns)],
    },
    (unnested, names) => `
      insert into jifen.badge_award (member_id, badge, step, status, reached_on, policy, turns)
      select member_id, badge, step, status, date '1970-01-01' + day, policy, turns
      from (${unnested}) as n (${names})
      on conflict (member_id, badge, step) do update set
        status = excluded.status, reached_on = excluded.reached_on, policy = excluded.policy,
        turns = excluded.turns
    `,
  )
}

export async function upsertBehaviourDays(
  tx: Writer,
  rows: readonly BehaviourDayRow[],
): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      behaviour: ['text', rows.map((row) => row.behaviour)],
      day: ['int', rows.map((row) => row.day)],
      told: ['int', rows.map((row) => row.told)],
      waiting: ['int', rows.map((row) => row.waiting)],
      struck: ['int', rows.map((row) => row.struck)],
      counted: ['int', rows.map((row) => row.counted)],
      points: ['bigint', rows.map((row) => row.points)],
      at_cap: ['boolean', rows.map((row) => row.atCap)],
    },
    (unnested, names) => `
      insert into jifen.behaviour_day (${names})
      select member_id, behaviour, date '1970-01-01' + day, told, waiting, struck, counted, points,
        at_cap
      from (${unnested}) as n (${names})
      on conflict (member_id, behaviour, day) do update set
        told = excluded.told, waiting = excluded.waiting, struck = excluded.struck,
        counted = excluded.counted, points = excluded.points, at_cap = excluded.at_cap
    `,
  )
}

/** Removes days on which nothing is told any more. */
export async function deleteBehaviourDays(
  tx: Writer,
  rows: readonly Pick<BehaviourDayRow, 'memberId' | 'behaviour' | 'day'>[],
): Promise<void> {
  if (rows.length === 0) return
  await overRows(
    tx,
    {
      member_id: ['text', rows.map((row) => row.memberId)],
      behaviour: ['text', rows.map((row) => row.behaviour)],
      day: ['int', rows.map((row) => row.day)],
    },
    (unnested, names) => `
      delete from jifen.behaviour_day b
      using (${unnested}) as n (${names})
      where b.member_id = n.member_id and b.behaviour = n.behaviour
        and b.day = date '1970-01-01' + n.day
    `,
  )
}
