import { demandRecount } from '#db/badges/due.ts'
import {
  deleteRingFlags,
  demandAllDevices,
  insertRingFlags,
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

/** Past so many sightings on one device, the older ones are left as they were found. */
const mostOfEachDevice = 5_000

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
      const [seen, before] = await Promise.all([
        sightingsOn(tx, taken, mostOfEachDevice),
        ringFlagsOn(tx, taken),
      ])
      const { gone, come } = changesOf(before, flagsOf(seen, rules.policy.watch), seen)
      await deleteRingFlags(tx, gone)
      await insertRingFlags(tx, come)
      const changed = new Set([...gone, ...come].map((row) => row.memberId))
      await demandRecount(tx, [...changed])
      return { devices: taken.length, members: changed.size }
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

/** What was found before of the facts seen and is no longer so, and what is found now. */
function changesOf(
  before: readonly RingFlagRow[],
  found: readonly RingFlagRow[],
  seen: readonly SightingRow[],
): { readonly gone: readonly RingFlagRow[]; readonly come: readonly RingFlagRow[] } {
  const facts = new Set(
    seen.map(({ memberId, source, eventId }) => [memberId, source, eventId].join('\n')),
  )
  const isSeen = ({ memberId, source, eventId }: RingFlagRow): boolean =>
    facts.has([memberId, source, eventId].join('\n'))
  const had = new Set(before.map(textOf))
  const has = new Set(found.map(textOf))
  return {
    gone: before.filter((row) => isSeen(row) && !has.has(textOf(row))),
    come: found.filter((row) => !had.has(textOf(row))),
  }
}

function textOf(row: RingFlagRow): string {
  const { memberId, rule, source, eventId, device, target, members } = row
  return JSON.stringify([memberId, rule, source, eventId, device.toString('hex'), target, members])
}
