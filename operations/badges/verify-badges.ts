import { countedMembers, wronglyStruck } from '#db/badges/audit.ts'
import { badgeAwardsOf, badgePointsOf } from '#db/badges/counts.ts'
import type { Database, Reader } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { loadBadgeSituations } from '#operations/badges/_load.ts'
import { badgeRulesAt } from '#operations/badges/badge-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { badgesOf } from '#rules/badges/badges.ts'

/** A member whose badges are not what its facts come to. */
export type BadgeFault = { readonly memberId: string; readonly what: string }

const membersAtOnce = 500
const membersSampled = 2_000

/**
 * Counts the badges of one member, of a sample or of all again from their facts and compares points,
 * level and awards (BG-6), and what is struck with what reviewers decided (BG-12). Those who are to be
 * counted again anyway are left out.
 */
export async function verifyBadges(
  context: { readonly db: Database; readonly policies: PolicyBook; readonly market: Market },
  { memberId, all = false }: { readonly memberId?: string | undefined; readonly all?: boolean },
): Promise<readonly BadgeFault[]> {
  const { db } = context
  const most = all ? Number.MAX_SAFE_INTEGER : membersSampled
  const members = memberId === undefined ? await countedMembers(db, { most }) : [memberId]
  const faults: BadgeFault[] = []
  for (let from = 0; from < members.length; from += membersAtOnce) {
    const some = members.slice(from, from + membersAtOnce)
    faults.push(...(await inSnapshot(db, (tx) => faultsOf(tx, context, some))))
  }
  const struck = memberId === undefined ? await wronglyStruck(db) : []
  const what = 'other facts are struck than reviewers decided'
  return [...faults, ...struck.map((each) => ({ memberId: each, what }))]
}

async function faultsOf(
  tx: Reader,
  { policies, market }: { readonly policies: PolicyBook; readonly market: Market },
  memberIds: readonly string[],
): Promise<readonly BadgeFault[]> {
  const faults: BadgeFault[] = []
  const [points, awards, settled] = await Promise.all([
    badgePointsOf(tx, memberIds),
    badgeAwardsOf(tx, memberIds),
    countedMembers(tx, { memberIds }),
  ])
  const awardsBy = Map.groupBy(awards, (row) => row.memberId)
  for (const [version, rows] of Map.groupBy(points, (row) => row.policy)) {
    const known = policies.version('badges', version)
    const rules =
      known === undefined ? undefined : badgeRulesAt(policies, market.zone, known.effectiveAt)
    if (rules === undefined) continue
    const own = rows.filter((row) => settled.includes(row.memberId))
    const ids = own.map((row) => row.memberId)
    const situations = await loadBadgeSituations(tx, market.zone, rules.policy.watch, ids)
    situations.forEach(({ memberId, doings, queue }, index) => {
      const badges = badgesOf(doings, queue.verdicts, rules.versions)
      const reached = badges.awards.map((each) => nameOf(each, each.waits ? 'waiting' : 'held'))
      const kept = (awardsBy.get(memberId) ?? [])
        .filter((row) => row.status !== 'withdrawn')
        .map((row) => nameOf(row, row.status))
      const row = own[index]
      const facts = `${badges.points} points, ${badges.level ?? 'no level'}, ${text(reached)}`
      const is = `${row?.points} points, ${row?.level ?? 'no level'}, ${text(kept)}`
      if (facts !== is) faults.push({ memberId, what: `its facts come to ${facts}; kept is ${is}` })
    })
  }
  return faults
}

function nameOf(
  award: { readonly badge: string; readonly step: string; readonly day: number },
  status: string,
): string {
  return `${award.badge}/${award.step} ${status} on day ${award.day}`
}

function text(names: readonly string[]): string {
  return names.length === 0 ? 'no badges' : names.toSorted().join(', ')
}
