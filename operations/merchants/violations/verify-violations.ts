import type { Database } from '#db/connection.ts'
import { sanctionsOf, type SanctionRow } from '#db/merchants/sanctions.ts'
import {
  nextViolations,
  turnsOf,
  type TurnRow,
  type ViolationRow,
} from '#db/merchants/violations.ts'
import {
  violationPolicyAt,
  violationSetting,
} from '#operations/merchants/violations/violation-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { inSnapshot } from '#operations/_snapshot.ts'
import { reachedBy } from '#rules/merchants/violations/consequences.ts'
import {
  totalsAt,
  type Violation,
  type ViolationSetting,
} from '#rules/merchants/violations/totals.ts'

/** Something about the points of a shop that is not as it must be. */
export type ViolationFault = { readonly shopId: string; readonly what: string }

const shopsAtOnce = 500

/**
 * Proves what followed from points (VI-5, VI-9): all that was recorded is gone through again, and gives
 * the same consequences; what rests on struck points is lifted, and nothing else is.
 */
export async function verifyViolations(
  db: Database,
  {
    policies,
    market,
  }: { readonly policies: PolicyBook; readonly market: { readonly zone: string } },
): Promise<readonly ViolationFault[]> {
  const setting = violationSetting(policies, market)
  return await inSnapshot(db, async (tx) => {
    const faults: ViolationFault[] = []
    for (let after = '', more = true; more;) {
      const violations = await nextViolations(tx, after, shopsAtOnce)
      const shopIds = [...new Set(violations.map((each) => each.shopId))]
      const turns = Map.groupBy(await turnsOf(tx, violations), (each) => each.shopId)
      const sanctions = Map.groupBy(await sanctionsOf(tx, shopIds), (each) => each.shopId)
      for (const [shopId, ofShop] of Map.groupBy(violations, (each) => each.shopId)) {
        const recorded = { violations: ofShop, turns: turns.get(shopId) ?? [] }
        const what = faultOf(recorded, sanctions.get(shopId) ?? [], policies, setting)
        if (what !== undefined) faults.push({ shopId, what })
      }
      after = shopIds.at(-1) ?? after
      more = shopIds.length > 0
    }
    return faults
  })
}

type Recorded = { readonly violations: readonly ViolationRow[]; readonly turns: readonly TurnRow[] }

function faultOf(
  recorded: Recorded,
  sanctions: readonly SanctionRow[],
  policies: PolicyBook,
  setting: ViolationSetting,
): string | undefined {
  const expected = followed(recorded, policies, setting).toSorted()
  const kept = sanctions.map(nameOf).toSorted()
  const missing = expected.find((each) => !kept.includes(each))
  if (missing !== undefined) return `the consequence ${missing} is not there`
  const surplus = kept.find((each) => !expected.includes(each))
  if (surplus !== undefined) return `the consequence ${surplus} follows from nothing`

  const wrong = sanctions.find(
    (each) => isLifted(recorded, each, setting) !== (each.liftedAt !== null),
  )
  if (wrong === undefined) return undefined
  return `the consequence ${nameOf(wrong)} is ${wrong.liftedAt === null ? 'not ' : ''}lifted`
}

/** VI-9: whether a strike since left a total below the threshold, at the time of the consequence. */
function isLifted(
  { violations, turns }: Recorded,
  { violationId, kind, at, threshold }: SanctionRow,
  setting: ViolationSetting,
): boolean {
  const cause = violations.find((each) => each.violationId === violationId)
  const struck = struckBy(turns)
  return [...struck].some(([id, seq]) => {
    const isSame = violations.some((each) => each.violationId === id && each.kind === kind)
    if (!isSame || cause === undefined || seq < cause.seq) return false
    const standing = violations.filter((each) => {
      return each.seq < seq && (struck.get(each.violationId) ?? seq + 1) > seq
    })
    return totalsAt(standing, at, setting)[kind].points < threshold
  })
}

/** What follows from all that was recorded, in its order. */
function followed(
  { violations, turns }: Recorded,
  policies: PolicyBook,
  setting: ViolationSetting,
): string[] {
  const struck = struckBy(turns)
  return violations.flatMap((violation) => {
    const { recordedAt: at, kind, seq } = violation
    const known: Violation[] = violations.filter((each) => {
      return each.seq < seq && seq < (struck.get(each.violationId) ?? seq + 1)
    })
    const before = totalsAt(known, at, setting)[kind].points
    const after = totalsAt([...known, violation], at, setting)[kind].points
    const consequences = violationPolicyAt(policies, at)?.policy.consequences ?? []
    return reachedBy(consequences, kind, before, Math.max(before, after)).map(
      ({ consequence, threshold }) =>
        `${kind}-${threshold}-of-${consequence.from} at ${at.toString()}`,
    )
  })
}

/** When each violation was struck, by number. */
function struckBy(turns: readonly TurnRow[]): ReadonlyMap<string, number> {
  const struck = turns.filter((each) => each.turn === 'struck')
  return new Map(struck.map((each) => [each.violationId, each.seq]))
}

function nameOf({ sanctionId, at }: SanctionRow): string {
  return `${sanctionId.slice(0, sanctionId.indexOf('/'))} at ${at.toString()}`
}
