import { demandRecount } from '#db/badges/due.ts'
import {
  demandAllDevices,
  replaceRingFlags,
  ringFlagsOn,
  sightingsOn,
  takeDueDevices,
  type RingFlagRow,
  type SightingRow,
} from '#db/badges/sightings.ts'
import type { Database } from '#db/connection.ts'
import { transact } from '#operations/_transact.ts'
import type { BadgeContext } from '#operations/badges/_count.ts'
import { badgeRulesAt } from '#operations/badges/badge-policy.ts'
import type { WatchRule } from '#rules/badges/policy.ts'
import { ringOf } from '#rules/badges/watch.ts'

const devicesAtOnce = 100

/**
 * Looks for rings on the devices that were seen since the last time (BG-9), and has members counted
 * again whose facts are in one, or no longer. Members are not locked: what is found reaches them by
 * their own count. Returns how many members are to be counted.
 */
export async function settleRings(
  { db, policies, market }: BadgeContext & { readonly db: Database },
  by: Temporal.Instant,
): Promise<number> {
  const rules = badgeRulesAt(policies, market.zone, by)
  if (rules === undefined) return 0
  await transact(db, (tx) => demandAllDevices(tx, rules.version))
  let flagged = 0
  for (;;) {
    const { devices, members } = await transact(db, async (tx) => {
      const taken = await takeDueDevices(tx, devicesAtOnce)
      const [seen, before] = await Promise.all([sightingsOn(tx, taken), ringFlagsOn(tx, taken)])
      const found = flagsOf(seen, rules.policy.watch)
      const changed = membersOfChange(before, found)
      if (changed.length > 0) await replaceRingFlags(tx, taken, found)
      await demandRecount(tx, changed)
      return { devices: taken.length, members: changed.length }
    })
    flagged += members
    if (devices < devicesAtOnce) return flagged
  }
}

function flagsOf(
  seen: readonly SightingRow[],
  rules: readonly WatchRule[],
): readonly RingFlagRow[] {
  return [...Map.groupBy(seen, (row) => row.device.toString('hex'))].flatMap(([, rows]) => {
    const sightings = rows.map((row) => {
      return { ...row, id: row.eventId, atMs: row.at.epochMilliseconds }
    })
    const [first] = rows
    if (first === undefined) return []
    return ringOf(sightings, rules).map(({ id, ...rest }): RingFlagRow => {
      return { ...rest, eventId: id, device: first.device }
    })
  })
}

/** The members of whom a fact is in a ring now and was not before, or the other way round. */
function membersOfChange(
  before: readonly RingFlagRow[],
  found: readonly RingFlagRow[],
): readonly string[] {
  const had = new Map(before.map((row) => [textOf(row), row.memberId]))
  const has = new Map(found.map((row) => [textOf(row), row.memberId]))
  const gone = [...had].filter(([text]) => !has.has(text))
  const come = [...has].filter(([text]) => !had.has(text))
  return [...new Set([...gone, ...come].map(([, memberId]) => memberId))]
}

function textOf(row: RingFlagRow): string {
  const { memberId, rule, source, eventId, device, target, members } = row
  return JSON.stringify([memberId, rule, source, eventId, device.toString('hex'), target, members])
}
