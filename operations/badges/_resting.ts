import type { Database } from '#db/connection.ts'

/** Past so many facts, a member is not counted again with each of them. */
const manyFacts = 5_000
const factsPerMs = 2

/** Until when members rest, by database, in milliseconds of this process. */
const known = new WeakMap<Database, Map<string, number>>()

/**
 * Lets a member of very many facts rest in proportion to them: whoever tells without end costs no more
 * than others then.
 */
export function rest(db: Database, memberId: string, facts: number): void {
  if (facts <= manyFacts) return
  const resting = known.get(db) ?? new Map<string, number>()
  known.set(db, resting.set(memberId, performance.now() + facts / factsPerMs))
}

/** The members that rest at the moment. */
export function restingMembers(db: Database): ReadonlySet<string> {
  const resting = known.get(db)
  if (resting === undefined) return new Set()
  const now = performance.now()
  for (const [memberId, until] of resting) if (until <= now) resting.delete(memberId)
  return new Set(resting.keys())
}
