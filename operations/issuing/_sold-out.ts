import type { Database } from '#db/connection.ts'
import { isBefore } from '#rules/time/instants.ts'

type SoldOut = { readonly amount: number; readonly until: Temporal.Instant }

/** What was just found to be sold out, by database: answered from memory for a second (IS-6). */
const known = new WeakMap<Database, Map<string, SoldOut>>()

/** Whether a resource was found to have less than an amount within the last second. */
export function isSoldOut(
  db: Database,
  resource: string,
  amount: number,
  now: Temporal.Instant,
): boolean {
  const found = known.get(db)?.get(resource)
  return found !== undefined && amount >= found.amount && isBefore(now, found.until)
}

/** Remembers for a second that a resource has less than an amount. */
export function rememberSoldOut(
  db: Database,
  resource: string,
  amount: number,
  now: Temporal.Instant,
): void {
  const found = known.get(db) ?? new Map<string, SoldOut>()
  known.set(db, found.set(resource, { amount, until: now.add({ seconds: 1 }) }))
}
