import type { Reader, Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import { insertSanctions, writeShopStatus, type SanctionRow } from '#db/merchants/sanctions.ts'
import {
  countingViolations,
  insertViolations,
  lastSeqs,
  violationKey,
  type CountingViolation,
  type ViolationRow,
} from '#db/merchants/violations.ts'
import { lockShops } from '#db/shops/shops.ts'
import {
  announceToShops,
  type ShopAnnouncement,
} from '#operations/announcements/announce-to-shops.ts'
import {
  violationPolicyAt,
  violationSetting,
} from '#operations/merchants/violations/violation-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { reachedBy } from '#rules/merchants/violations/consequences.ts'
import { mostViolationPoints, type ViolationKind } from '#rules/merchants/violations/policy.ts'
import { totalsAt } from '#rules/merchants/violations/totals.ts'

export type ViolationContext = {
  readonly policies: PolicyBook
  readonly market: Pick<Market, 'zone'>
  /** The clock of the business. */
  readonly now: Temporal.Instant
  /** Who records. */
  readonly actor: string
}

/** Something that a shop did wrong. */
export type ToRecord = {
  readonly shopId: string
  /** Unique among the shop's: what it is about, so that the same is recorded once. */
  readonly violationId: string
  readonly kind: ViolationKind
  /** From 1 to 48. */
  readonly points: number
  /** When it was done. */
  readonly at: Temporal.Instant
  /** What shows it: JSON, without personal fields. */
  readonly cause: Readonly<Record<string, unknown>>
}

/**
 * Records what shops did wrong inside a transaction, with what follows from it (VI-2, VI-5), and tells
 * the shops. What was recorded before under the same name is passed over. Returns those that are new.
 */
export async function recordViolations(
  tx: Writer,
  context: ViolationContext,
  violations: readonly ToRecord[],
): Promise<readonly ToRecord[]> {
  if (violations.length === 0) return []
  const shopIds = [...new Set(violations.map((each) => each.shopId))].toSorted()
  await lockShops(tx, shopIds)
  const inForce = violationPolicyAt(context.policies, context.now)
  const seqs = new Map(await lastSeqs(tx, shopIds))
  const rows = onceEach(violations).map((each) => {
    const seq = (seqs.get(each.shopId) ?? 0) + 1
    seqs.set(each.shopId, seq)
    return rowOf(each, context, inForce?.name ?? '', seq)
  })
  const fresh = await insertViolations(tx, rows)
  const recorded = onceEach(violations.filter((each) => fresh.has(keyOf(each))))
  if (recorded.length === 0) return []

  const counting = await countingViolations(tx, shopIds, context.now)
  const sanctions = sanctionsFor(context, recorded, counting)
  await insertSanctions(tx, sanctions)
  const removed = sanctions.filter((each) => each.removes).map((each) => each.shopId)
  await writeShopStatus(tx, removed, 'closed', context.now)
  await announceToShops(tx, [
    ...recorded.map((each) => recordedNotice(each, context.now)),
    ...sanctions.map(sanctionNotice),
  ])
  return recorded
}

/** A violation of a shop that counts. */
export type ShopViolation = Omit<CountingViolation, 'shopId'>

/** What shops did by an instant and was not struck by then, the earliest first (VI-1); every shop named. */
export async function violationsOf(
  db: Reader,
  shopIds: readonly string[],
  at: Temporal.Instant,
): Promise<Map<string, readonly ShopViolation[]>> {
  const byShop = Map.groupBy(await countingViolations(db, shopIds, at), (each) => each.shopId)
  return new Map(
    shopIds.map((shopId) => [
      shopId,
      (byShop.get(shopId) ?? []).map(({ violationId, kind, points, at: doneAt }) => {
        return { violationId, kind, points, at: doneAt }
      }),
    ]),
  )
}

/** VI-5: what follows from what was recorded, one after the other in the order given. */
function sanctionsFor(
  context: ViolationContext,
  recorded: readonly ToRecord[],
  counting: readonly CountingViolation[],
): SanctionRow[] {
  const inForce = violationPolicyAt(context.policies, context.now)
  if (inForce === undefined) return []
  const setting = violationSetting(context.policies, context.market)
  const isNew = new Set(recorded.map(keyOf))
  const byShop = Map.groupBy(counting, (each) => each.shopId)
  const sanctions: SanctionRow[] = []
  for (const [shopId, ofShop] of Map.groupBy(recorded, (each) => each.shopId)) {
    const known = (byShop.get(shopId) ?? []).filter((each) => !isNew.has(keyOf(each)))
    for (const violation of ofShop) {
      const before = totalsAt(known, context.now, setting)[violation.kind].points
      known.push(violation)
      const after = totalsAt(known, context.now, setting)[violation.kind].points
      // What a year's end has taken since it was done has no consequence any more.
      if (after <= before) continue
      for (const reached of reachedBy(inForce.policy.consequences, violation.kind, before, after)) {
        sanctions.push(sanctionOf(violation, reached, context.now, inForce.name))
      }
    }
  }
  return sanctions
}

function sanctionOf(
  { shopId, violationId, kind }: ToRecord,
  { consequence, threshold }: ReturnType<typeof reachedBy>[number],
  at: Temporal.Instant,
  policy: string,
): SanctionRow {
  const { from, barredDays, penalty, removed } = consequence
  return {
    shopId,
    sanctionId: `${kind}-${threshold}-of-${from}/${violationId}`,
    violationId,
    kind,
    threshold,
    at,
    barredTo: barredDays === undefined ? null : at.add({ hours: 24 * barredDays }),
    penaltyFen: penalty ?? null,
    removes: removed === true,
    policy,
    liftedAt: null,
  }
}

function rowOf(
  violation: ToRecord,
  { now, actor }: ViolationContext,
  policy: string,
  seq: number,
): ViolationRow {
  const { shopId, violationId, kind, points, at, cause } = violation
  assert(Number.isInteger(points) && points >= 1, 'a violation has points')
  assert(points <= mostViolationPoints, 'a violation has at most the points that remove a shop')
  const what = { shopId, violationId, kind, points, at }
  return { ...what, recordedAt: now, recordedBy: actor, policy, cause: JSON.stringify(cause), seq }
}

function keyOf({ shopId, violationId }: Pick<ToRecord, 'shopId' | 'violationId'>): string {
  return violationKey(shopId, violationId)
}

function onceEach<Named extends Pick<ToRecord, 'shopId' | 'violationId'>>(
  named: readonly Named[],
): Named[] {
  const first = new Map<string, Named>()
  for (const each of named) if (!first.has(keyOf(each))) first.set(keyOf(each), each)
  return [...first.values()]
}

function recordedNotice(violation: ToRecord, now: Temporal.Instant): ShopAnnouncement {
  const { shopId, violationId, kind, points, at } = violation
  // What a person wrote stays with the violation.
  const { words: _, ...cause } = violation.cause
  return {
    shopId,
    id: `violation/${violationId}`,
    type: 'jifen.violation.recorded.v1',
    at: now,
    data: { violationId, kind, points, doneAt: at.toString(), cause },
  }
}

function sanctionNotice(sanction: SanctionRow): ShopAnnouncement {
  const { shopId, sanctionId, violationId, kind, threshold, at } = sanction
  const { barredTo, penaltyFen, removes } = sanction
  return {
    shopId,
    id: `sanction/${sanctionId}`,
    type: 'jifen.sanction.begun.v1',
    at,
    data: {
      sanctionId,
      violationId,
      kind,
      threshold,
      barredTo: barredTo?.toString() ?? null,
      penaltyFen,
      removed: removes,
    },
  }
}
