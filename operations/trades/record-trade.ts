import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { keepKey } from '#db/idempotency.ts'
import { linesOfTrade, matchDeclared, noteDeclared } from '#operations/declarations/trade-stock.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import {
  applyAwaited,
  openSite,
  placedBefore,
  writeTrade,
  type PlacedTrade,
} from '#operations/trades/_placing.ts'
import type { Keyed, KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { pricingPolicyAt, payByOf } from '#operations/trades/trade-context.ts'
import { transact } from '#operations/_transact.ts'
import { asFen } from '#rules/money/fen.ts'
import type { RecordBody } from '#rules/trades/body.ts'
import { figuresOf } from '#rules/trades/expectation.ts'
import { recordedTrade, type Recorded } from '#rules/trades/record.ts'

export type RecordTrade = {
  readonly memberId: string
  readonly body: RecordBody
  /** When it was placed elsewhere. */
  readonly at: Temporal.Instant
}

export type RecordedTrade =
  | ({ readonly ok: true } & PlacedTrade)
  | Extract<Recorded, { ok: false }>
  | {
      readonly ok: false
      readonly refusal: 'members/sealed' | 'trades/id-reused' | 'trades/already-placed'
    }

/** Records a trade that was priced elsewhere, under an idempotency key (TR-9). */
export async function recordTrade(
  context: EventContext,
  request: RecordTrade,
  { idempotencyKey }: Keyed,
): Promise<RecordedTrade | KeyReused> {
  const fingerprint = fingerprintOf(request.body)
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<RecordedTrade | KeyReused> => {
      const kept = { memberId: request.memberId, caller: context.actor, key: idempotencyKey }
      const [before, recorded] = await Promise.all([
        keepKey(tx, { ...kept, fingerprint, at: context.now }),
        recordTradeIn(tx, context, request),
      ])
      if (before === undefined || before === fingerprint) return recorded
      return { ok: false, refusal: 'requests/key-reused' }
    },
  )
}

/** Records a trade inside a transaction: frozen as it is, with nothing held here (TR-9). */
export async function recordTradeIn(
  tx: Writer,
  context: EventContext,
  { memberId, body, at }: RecordTrade,
): Promise<RecordedTrade> {
  const recorded = recordedTrade(body, at)
  if (!recorded.ok) return recorded
  const { tradeId } = body
  const asked = linesOfTrade(recorded.basket.lines)
  const site = await openSite(tx, memberId, body, at, async () => {
    return await matchDeclared(tx, context.policies, asked, at, 'record')
  })
  const uses = site.also.ok ? site.also.uses : []
  const fingerprint = fingerprintOf(body)
  const before = await placedBefore(tx, memberId, tradeId, fingerprint, site.names)
  if (before !== undefined) return before

  const { quote } = recorded
  const terms = pricingPolicyAt(context.policies, at)
  const trade = {
    tradeId,
    kind: 'recorded' as const,
    status: 'placed' as const,
    fingerprint,
    placedAt: at,
    payBy: body.payBy ?? payByOf(context, at),
    paidAt: null,
    paidRef: null,
    closedAt: null,
    closeReason: null,
    goodsFen: asFen(quote.goodsFen),
    payFen: asFen(quote.payFen),
    depositFen: asFen(0),
    digest: hash('sha256', JSON.stringify(figuresOf(quote)), 'base64url'),
    policies: terms?.name ?? '',
    campaign: body.campaign ?? null,
    used: { ...quote.used, ...(uses.length === 0 ? {} : { declared: true as const }) },
  }
  const placed = await writeTrade(tx, memberId, trade, recorded, site.orderIds)
  await noteDeclared(tx, { memberId, at, by: { tradeId } }, uses)
  await applyAwaited(tx, context, memberId, tradeId, site)
  return { ok: true, ...placed }
}

function fingerprintOf(body: RecordBody): string {
  return hash('sha256', JSON.stringify(body))
}
