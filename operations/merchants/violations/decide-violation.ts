import type { Database, Writer } from '#db/connection.ts'
import type { Market } from '#db/market.ts'
import {
  liftSanctions,
  sanctionsOf,
  writeShopStatus,
  type SanctionRow,
} from '#db/merchants/sanctions.ts'
import {
  countingViolations,
  insertTurn,
  lastSeqs,
  turnsOf,
  violationById,
  type TurnRow,
  type ViolationRow,
} from '#db/merchants/violations.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import {
  violationPolicyAt,
  violationSetting,
} from '#operations/merchants/violations/violation-policy.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { beginKeyedForShop, type ShopBegun } from '#operations/requests/keyed-for-shop.ts'
import { digestOf } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { transact } from '#operations/_transact.ts'
import {
  appeal,
  decide,
  statusOf,
  type AppealDecided,
  type AppealRefusal,
  type ViolationStatus,
  type ViolationTurn,
} from '#rules/merchants/violations/appeal.ts'
import { ViolationsPolicySchema } from '#rules/merchants/violations/policy.ts'
import { totalsAt } from '#rules/merchants/violations/totals.ts'

export type ViolationsContext = {
  readonly db: Database
  readonly policies: PolicyBook
  readonly market: Pick<Market, 'zone'>
}

/** What somebody does about a violation. */
export type AboutViolation = {
  readonly shopId: string
  readonly violationId: string
  readonly words: string
  /** Who does it. */
  readonly actor: string
  readonly idempotencyKey: string
  readonly at: Temporal.Instant
}

type BeginRefused = Extract<ShopBegun, { readonly ok: false }>

export type ViolationTurned =
  | {
      readonly ok: true
      readonly violation: ViolationRow
      readonly turns: readonly TurnRow[]
      readonly status: ViolationStatus
    }
  | BeginRefused
  | {
      readonly ok: false
      readonly refusal: AppealRefusal | 'violations/unknown'
      readonly status?: ViolationStatus
      readonly until?: Temporal.Instant
    }

/** A shop appeals against a violation (VI-7). The same request again is answered as before. */
export async function appealViolation(
  context: ViolationsContext,
  about: AboutViolation,
): Promise<ViolationTurned> {
  const policy = violationPolicyAt(context.policies, about.at)?.policy ?? usual
  return await turn(context, about, 'appeal', (violation) => appeal(violation, policy, about.at))
}

/** In a market that has the violations of another time, and no policy now. */
const usual = ViolationsPolicySchema.parse({})

/** An operator decides about a violation, or proposes to strike it (VI-8, VI-9). */
export async function decideViolation(
  context: ViolationsContext,
  about: AboutViolation & { readonly decision: 'strike' | 'uphold' },
): Promise<ViolationTurned> {
  return await turn(context, about, about.decision, (violation) =>
    decide(violation, about.decision, about.actor),
  )
}

async function turn(
  context: ViolationsContext,
  about: AboutViolation,
  what: string,
  decided: (violation: ViolationRow & { readonly turns: readonly TurnRow[] }) => AppealDecided,
): Promise<ViolationTurned> {
  const { shopId, violationId, words, actor, idempotencyKey: key, at } = about
  const print = digestOf(['violation', violationId, what, words])
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<ViolationTurned> => {
      const begun = await beginKeyedForShop(tx, { shopId, caller: actor, key, at }, print)
      if (!begun.ok) return begun
      const violation = await violationById(tx, shopId, violationId)
      if (violation === undefined) return { ok: false, refusal: 'violations/unknown' }
      const before = await turnsOf(tx, [violation])
      if (begun.isAgain)
        return { ok: true, violation, turns: before, status: statusOf({ turns: before }) }
      const next = decided({ ...violation, turns: before })
      if (!next.ok) return next

      const seq = ((await lastSeqs(tx, [shopId])).get(shopId) ?? 0) + 1
      const n = before.length + 1
      const row = { shopId, violationId, n, turn: next.turn, at, actor, words, seq }
      await insertTurn(tx, row)
      const lifted = next.turn === 'struck' ? await liftAfter(tx, context, violation, at) : []
      await tellShop(tx, violation, next.turn, lifted, at)
      const turns = [...before, row]
      return { ok: true, violation, turns, status: statusOf({ turns }) }
    },
  )
}

/** VI-9: lifts what rests on a total that is not reached without what was struck. */
async function liftAfter(
  tx: Writer,
  context: ViolationsContext,
  { shopId, kind }: ViolationRow,
  at: Temporal.Instant,
): Promise<SanctionRow[]> {
  const standing = (await sanctionsOf(tx, [shopId])).filter((each) => each.liftedAt === null)
  const counting = await countingViolations(tx, [shopId], at)
  const setting = violationSetting(context.policies, context.market)
  const lifted = standing.filter((each) => {
    if (each.kind !== kind) return false
    return totalsAt(counting, each.at, setting)[kind].points < each.threshold
  })
  await liftSanctions(
    tx,
    shopId,
    lifted.map((each) => each.sanctionId),
    at,
  )
  const isRemoved = (rows: readonly SanctionRow[]): boolean => rows.some((each) => each.removes)
  const left = standing.filter((each) => !lifted.includes(each))
  if (isRemoved(lifted) && !isRemoved(left)) await writeShopStatus(tx, [shopId], 'open', at)
  return lifted
}

async function tellShop(
  tx: Writer,
  { shopId, violationId, kind, points }: ViolationRow,
  turn: ViolationTurn,
  lifted: readonly SanctionRow[],
  at: Temporal.Instant,
): Promise<void> {
  if (turn !== 'struck' && turn !== 'upheld') return
  await announceToShops(tx, [
    {
      shopId,
      id: `violation-${turn}/${violationId}`,
      type: 'jifen.violation.decided.v1',
      at,
      data: { violationId, kind, points, decision: turn },
    },
    ...lifted.map((each) => ({
      shopId,
      id: `sanction-lifted/${each.sanctionId}`,
      type: 'jifen.sanction.lifted.v1' as const,
      at,
      data: { sanctionId: each.sanctionId, violationId },
    })),
  ])
}
