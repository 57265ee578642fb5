import { hash } from 'node:crypto'
import { keepKey } from '#db/idempotency.ts'
import type { Writer } from '#db/connection.ts'
import { lockMembers } from '#db/members.ts'
import { exchangesOfTrade, insertExchange, type ExchangeRow } from '#db/trades/refunds.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import type { Keyed, KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import { loadReturns } from '#operations/trades/returnable.ts'
import { exchangeUnits } from '#rules/returns/exchange.ts'
import type { ReturnRefused } from '#rules/returns/taken.ts'
import type { ExchangeBody } from '#rules/trades/refund-body.ts'

export type Exchanged =
  | ({ readonly ok: true } & ExchangeRow)
  | ReturnRefused
  | {
      readonly ok: false
      readonly refusal: 'trades/unknown' | 'trades/not-paid' | 'trades/exchange-id-reused'
    }

/**
 * Puts units of another SKU in the place of a line's, under an idempotency key (TR-14): they take over
 * what those cost and their part of every allocation. The same exchange again, by its id, changes nothing.
 */
export async function exchangeInTrade(
  context: EventContext,
  request: { readonly memberId: string; readonly body: ExchangeBody },
  { idempotencyKey }: Keyed,
): Promise<Exchanged | KeyReused> {
  const { memberId, body } = request
  const fingerprint = hash('sha256', JSON.stringify(['exchange', body]))
  const kept = { memberId, caller: context.actor, key: idempotencyKey, fingerprint }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<Exchanged | KeyReused> => {
      const before = await keepKey(tx, { ...kept, at: context.now })
      if (before !== undefined && before !== fingerprint) {
        return { ok: false, refusal: 'requests/key-reused' }
      }
      return await exchangeIn(tx, context, memberId, body)
    },
  )
}

/** As `exchangeInTrade`, inside a transaction that has locked the member. */
export async function exchangeIn(
  tx: Writer,
  context: EventContext,
  memberId: string,
  { tradeId, exchangeId, line, quantity, sku }: ExchangeBody,
): Promise<Exchanged> {
  const place = { memberId, tradeId }
  const [, [known], earlier] = await Promise.all([
    lockMembers(tx, [memberId]),
    loadReturns(tx, context.policies, [place]),
    exchangesOfTrade(tx, place),
  ])
  if (known === undefined) return { ok: false, refusal: 'trades/unknown' }
  const same = earlier.find((each) => each.exchangeId === exchangeId)
  if (same !== undefined) {
    const isSame = same.lineId === line && same.sku === sku && same.quantity === quantity
    return isSame ? { ok: true, ...same } : { ok: false, refusal: 'trades/exchange-id-reused' }
  }

  const { frozen, before, orders } = known
  const exchanged = exchangeUnits(frozen, { line, quantity, sku }, before)
  if (!exchanged.ok) return exchanged
  const order = orders.find((each) => each.lines.some(({ lineId }) => lineId === line))
  if (order === undefined || order.paidAt === null) return { ok: false, refusal: 'trades/not-paid' }

  const row: ExchangeRow = { ...place, exchangeId, at: context.now, lineId: line, sku, quantity }
  await insertExchange(tx, row)
  return { ok: true, ...row }
}
