import type { Database, Writer } from '#db/connection.ts'
import {
  allBudgets,
  budgetOf,
  insertGrant,
  insertReclaim,
  insertReturned,
  insertSlice,
  openBudget,
  openGrants,
  openReclaims,
  settleGrant,
  settleReclaim,
  updateBudget,
  type Move,
} from '#db/issuing/budgets.ts'
import { drainBuckets, fillBuckets, leftOf, lockBuckets } from '#db/issuing/quotas.ts'
import { shards } from '#db/issuing/shards.ts'
import { transact } from '#operations/_transact.ts'
import { envelopesToGrant, layEnvelopes } from '#operations/issuing/_envelope-grants.ts'
import { quotaTotal } from '#operations/issuing/_quota-total.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import type { RedEnvelopeBudget } from '#rules/issuing/red-envelope.ts'
import {
  bucketsFor,
  excessOf,
  gather,
  nextGrant,
  splitOver,
  type Budget,
} from '#rules/issuing/quota.ts'

export type RefillContext = { readonly db: Database; readonly policies: PolicyBook }

/** Refills every resource that was ever taken from, as far as it needs to be. */
export async function refillQuotas(context: RefillContext, now: Temporal.Instant): Promise<void> {
  const [budgets, grants, reclaims] = await Promise.all([
    allBudgets(context.db),
    openGrants(context.db),
    openReclaims(context.db),
  ])
  const left = await leftOf(
    context.db,
    budgets.map((budget) => budget.resource),
  )
  const unfinished = new Set([...grants, ...reclaims].map((move) => move.resource))
  for (const { resource, ...budget } of budgets) {
    const wanted = quotaTotal(context.policies, resource, now) ?? budget.total
    const isLow = nextGrant(budget, left.get(resource) ?? 0, 0, shards.length) > 0
    if (isLow || wanted !== budget.total || unfinished.has(resource)) {
      await refillQuota(context, resource, now)
    }
  }
}

/**
 * Brings the buckets of a resource up to what they should have. Granting is two steps, each a
 * transaction that changes nothing when it is repeated: the budget first, the slice second; taking back
 * goes the other way. So slices never have more than was granted, whatever ends in between (IS-1).
 */
export async function refillQuota(
  { db, policies }: RefillContext,
  resource: string,
  now: Temporal.Instant,
  needed = 0,
): Promise<void> {
  const envelopes = envelopesOf(policies, resource, now)
  await finishMoves(db, resource, envelopes, now)
  const wanted = quotaTotal(policies, resource, now)
  for (const shard of shards) {
    await grantMore(db, { resource, shard, wanted, needed, envelopes }, now)
  }
  await finishMoves(db, resource, envelopes, now)
}

/** The policy of a budget that is cut into envelopes; `undefined`: its slices are split over buckets. */
function envelopesOf(
  policies: PolicyBook,
  resource: string,
  now: Temporal.Instant,
): RedEnvelopeBudget | undefined {
  if (!resource.startsWith('red-envelope:')) return undefined
  return policies.at(resource, now)?.policy as RedEnvelopeBudget | undefined
}

/** Ends what was begun, by whomever. */
async function finishMoves(
  db: Database,
  resource: string,
  envelopes: RedEnvelopeBudget | undefined,
  now: Temporal.Instant,
): Promise<void> {
  for (const grant of await openGrants(db, resource)) {
    await deliver(db, grant, envelopes, now)
    await settleGrant(db, grant)
  }
  for (const reclaim of await openReclaims(db, resource)) {
    await takeIntoBudget(db, reclaim, now)
    await settleReclaim(db, reclaim)
  }
}

type Wish = {
  readonly resource: string
  readonly shard: string
  /** What the policy in force says there is; `undefined`: nothing any more, so it stays as it is. */
  readonly wanted: number | undefined
  readonly needed: number
  readonly envelopes: RedEnvelopeBudget | undefined
}

/** The first step of a grant; of a budget that was made too small, the first step of taking back. */
async function grantMore(db: Database, wish: Wish, now: Temporal.Instant): Promise<void> {
  const { resource, shard, wanted, envelopes } = wish
  const excess = await transact(db, async (tx) => {
    const budget = await openBudget(tx, resource, now)
    const total = wanted ?? budget.total
    const next = await nextOf(tx, wish, { total, granted: budget.granted })

    const granted = budget.granted + next.amount
    const most = Math.max(total, granted)
    if (most !== budget.total || granted !== budget.granted) {
      await updateBudget(tx, resource, { total: most, granted })
    }
    if (next.amount > 0) await insertGrant(tx, { resource, shard, ...next }, now)
    return envelopes === undefined ? excessOf(total, granted) : 0
  })
  if (excess > 0) await giveUp(db, { resource, shard }, excess, now)
}

async function nextOf(
  tx: Writer,
  { resource, shard, needed, envelopes }: Wish,
  budget: Budget,
): Promise<{ readonly amount: number; readonly parts: number | null }> {
  if (envelopes !== undefined) {
    return (await envelopesToGrant(tx, { resource, shard }, envelopes)) ?? nothing
  }
  const left = (await leftOf(tx, [resource])).get(resource) ?? 0
  return { amount: nextGrant(budget, left, needed, shards.length), parts: null }
}

const nothing = { amount: 0, parts: null }

/** The second step of a grant: the shard has it, in its buckets or as envelopes. */
async function deliver(
  db: Database,
  grant: Move,
  envelopes: RedEnvelopeBudget | undefined,
  now: Temporal.Instant,
): Promise<void> {
  const { resource, shard, amount, parts } = grant
  const budget = await budgetOf(db, resource)
  await transact(db, async (tx) => {
    const isNew = await insertSlice(tx, grant, now)
    if (!isNew) return

    if (parts !== null) return await layEnvelopes(tx, grant, envelopes)
    const split = splitOver(amount, bucketsFor(budget?.total ?? amount))
    await fillBuckets(
      tx,
      shard,
      resource,
      split.map((available, n) => ({ n, available })),
    )
  })
}

/** The first step of taking back: the shard gives up what is in its buckets, up to the excess. */
async function giveUp(
  db: Database,
  { resource, shard }: { readonly resource: string; readonly shard: string },
  excess: number,
  now: Temporal.Instant,
): Promise<void> {
  await transact(db, async (tx) => {
    const rows = await lockBuckets(tx, shard, resource)
    const left = rows.reduce((sum, row) => sum + row.available, 0)
    const amount = Math.min(left, excess)
    if (amount === 0) return

    const parts = gather(
      amount,
      rows.map((row) => row.available),
    )
    await drainBuckets(
      tx,
      shard,
      resource,
      rows.map(({ n }, index) => ({ n, available: parts?.[index] ?? 0 })),
    )
    await insertReclaim(tx, { resource, shard, amount }, now)
  })
}

/** The second step of taking back: the budget has it again. */
async function takeIntoBudget(db: Database, reclaim: Move, now: Temporal.Instant): Promise<void> {
  const { resource, amount } = reclaim
  await transact(db, async (tx) => {
    const budget = await openBudget(tx, resource, now)
    const isNew = await insertReturned(tx, reclaim, now)
    if (!isNew) return

    await updateBudget(tx, resource, { ...budget, granted: budget.granted - amount })
  })
}
