import type { Database, Reader, Writer } from '#db/connection.ts'
import { budgetOf, budgetsOf, openGrants } from '#db/issuing/budgets.ts'
import {
  addUses,
  beginTake,
  drainBuckets,
  endTake,
  fillBuckets,
  leftOf,
  lockBuckets,
  takeFromFreeBucket,
  takeUse,
  undoTake,
  usesOf,
  type Use,
} from '#db/issuing/quotas.ts'
import { shardOf } from '#db/issuing/shards.ts'
import { transact } from '#operations/_transact.ts'
import { refillQuota } from '#operations/issuing/refill-quotas.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { bucketsFor, firstBucket, gather } from '#rules/issuing/quota.ts'

export type QuotaContext = { readonly db: Database; readonly policies: PolicyBook }

export type QuotaTaken =
  | { readonly ok: true }
  /** `left`: what is there still, too little for the amount asked. */
  | { readonly ok: false; readonly refusal: 'issuing/sold-out'; readonly left: number }

/** The buckets within reach are empty, but the budget may have more: undoes the transaction. */
export class QuotaDry extends Error {
  override readonly name = 'QuotaDry'
  readonly resource: string
  readonly needed: number

  constructor(resource: string, needed: number) {
    super(`the buckets of ${resource} have less than ${needed}: refill them and try again`)
    this.resource = resource
    this.needed = needed
  }
}

/** So often a transaction is begun anew because others emptied what was refilled for it. */
const mostRefills = 20

/**
 * As `transact`, for an operation that takes from quotas: where the buckets within reach run dry, it is
 * undone, they are refilled from the budget in transactions of their own, and it runs again.
 */
export async function transactWithQuotas<Result>(
  context: QuotaContext,
  now: Temporal.Instant,
  operation: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  for (let refills = 0; ; refills += 1) {
    try {
      return await transact(context.db, operation)
    } catch (error) {
      if (!(error instanceof QuotaDry) || refills >= mostRefills) throw error
      await refillOnce(context, error, now)
    }
  }
}

/** Refills under way, by database and resource: whoever finds the buckets dry meanwhile waits for them. */
const refilling = new WeakMap<Database, Map<string, Promise<void>>>()

async function refillOnce(
  context: QuotaContext,
  { resource, needed }: QuotaDry,
  now: Temporal.Instant,
): Promise<void> {
  const underWay = refilling.get(context.db) ?? new Map<string, Promise<void>>()
  refilling.set(context.db, underWay)
  const refill =
    underWay.get(resource) ??
    refillQuota(context, resource, now, needed).finally(() => underWay.delete(resource))
  underWay.set(resource, refill)
  await refill
}

/**
 * Takes an amount of a resource for a member (IS-5), in the member's own transaction, which
 * `transactWithQuotas` runs. Call it last, one resource after the other in the order of their names,
 * each once, with nothing else under way: it waits only for buckets, and rolls back what else was sent
 * meanwhile. Refused only when everything was granted and all buckets together have too little (IS-6).
 */
export async function takeQuota(
  tx: Writer,
  resource: string,
  memberId: string,
  amount: number,
): Promise<QuotaTaken> {
  assert(amount > 0, 'what is taken of a quota is more than nothing')
  return await takeQuotas(tx, resource, [{ memberId, amount }])
}

/** As `takeQuota` for several members at once: all of it or nothing. */
export async function takeQuotas(
  tx: Writer,
  resource: string,
  uses: readonly Use[],
): Promise<QuotaTaken> {
  const amount = uses.reduce((sum, use) => sum + use.amount, 0)
  const first = uses[0]?.memberId ?? ''
  const budget = await budgetOf(tx, resource)
  if (budget === undefined) throw new QuotaDry(resource, amount)

  const shard = shardOf(first)
  const buckets = bucketsFor(budget.total)
  await beginTake(tx)
  await addUses(tx, resource, uses)
  if (buckets > 1) {
    const preferred = firstBucket(first, buckets)
    if (await takeFromFreeBucket(tx, { shard, resource, amount, preferred })) {
      await endTake(tx)
      return { ok: true }
    }
    // Those found too small stay locked, and whoever holds some may not wait for others.
    await undoTake(tx)
    await addUses(tx, resource, uses)
  }
  const taken = await takeFromAll(tx, shard, resource, amount)
  if (!taken.ok) await undoTake(tx)
  await endTake(tx)
  return taken
}

/** Gives an amount back that a member has of a resource (IS-7); `false` when the member has less. */
export async function returnQuota(
  tx: Writer,
  resource: string,
  memberId: string,
  amount: number,
): Promise<boolean> {
  if (!(await takeUse(tx, resource, { memberId, amount }))) return false
  const budget = await budgetOf(tx, resource)
  const n = firstBucket(memberId, bucketsFor(budget?.total ?? 0))
  await fillBuckets(tx, shardOf(memberId), resource, [{ n, available: amount }])
  return true
}

/** How much there is of a resource, how much is taken, and how much of it by one member. */
export type QuotaState = {
  readonly total: number
  readonly used: number
  readonly usedByMember: number
}

/** Resources as they stand, for showing and pricing; one that was never taken from is absent. */
export async function readQuotas(
  db: Reader,
  resources: readonly string[],
  memberId: string,
): Promise<Map<string, QuotaState>> {
  const [budgets, left, uses] = await Promise.all([
    budgetsOf(db, resources),
    leftOf(db, resources),
    usesOf(db, memberId, resources),
  ])
  return new Map(
    [...budgets].map(([resource, { total, granted }]) => {
      const used = Math.max(0, granted - (left.get(resource) ?? 0))
      return [resource, { total, used, usedByMember: uses.get(resource) ?? 0 }]
    }),
  )
}

/** Takes from as many buckets as it needs; all are locked, in the order of their numbers. */
async function takeFromAll(
  tx: Writer,
  shard: string,
  resource: string,
  amount: number,
): Promise<QuotaTaken> {
  const rows = await lockBuckets(tx, shard, resource)
  const parts = gather(
    amount,
    rows.map((row) => row.available),
  )
  if (parts === undefined) return await refuseOrRefill(tx, resource, amount, rows)

  const taken = rows.map(({ n }, index) => ({ n, available: parts[index] ?? 0 }))
  await drainBuckets(
    tx,
    shard,
    resource,
    taken.filter((part) => part.available > 0),
  )
  return { ok: true }
}

async function refuseOrRefill(
  tx: Writer,
  resource: string,
  amount: number,
  rows: readonly { readonly available: number }[],
): Promise<QuotaTaken> {
  // Read after the buckets are locked: a slice that is not in them is still under way here.
  const [budget, grants] = await Promise.all([budgetOf(tx, resource), openGrants(tx, resource)])
  const isAllGranted = budget !== undefined && budget.granted >= budget.total
  if (!isAllGranted || grants.length > 0) throw new QuotaDry(resource, amount)

  const left = rows.reduce((sum, row) => sum + row.available, 0)
  return { ok: false, refusal: 'issuing/sold-out', left }
}
