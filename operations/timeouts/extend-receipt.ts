import { ordersByIds } from '#db/orders.ts'
import { orderName, receiptsOf, updateReceipt, type KeptReceipt } from '#db/timeouts/receipts.ts'
import { transact } from '#operations/_transact.ts'
import { undoRefused } from '#operations/_refused.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { beginKeyed, digestOf, type Keyed, type KeyReused } from '#operations/requests/keyed.ts'
import { beginReceipts } from '#operations/timeouts/keep-receipts.ts'
import { extendReceipt, type Extended } from '#rules/timeouts/receipt.ts'

export type ExtendReceipt = {
  readonly memberId: string
  readonly orderId: string
  readonly days: number
}

export type ReceiptExtended =
  | { readonly ok: true; readonly receipt: KeptReceipt }
  | Extract<Extended, { readonly ok: false }>
  | KeyReused
  | {
      readonly ok: false
      readonly refusal: 'members/unknown' | 'trades/unknown-order' | 'timeouts/not-running'
    }

/**
 * Adds days to the time to confirm the receipt of an order (TO-6), once, under an idempotency key.
 * Refused: an order that is not under way, and a time that is over, whether its lapse is booked yet.
 */
export async function extendReceiptOf(
  context: EventContext,
  asked: ExtendReceipt,
  { idempotencyKey }: Keyed,
): Promise<ReceiptExtended> {
  const { memberId, orderId, days } = asked
  const keyed = { memberId, caller: context.actor, key: idempotencyKey, at: context.now }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<ReceiptExtended> => {
      const begun = await beginKeyed(tx, keyed, digestOf(['extend', asked]))
      if (!begun.ok) return begun
      const orders = await ordersByIds(tx, [asked])
      if (orders.length === 0) return { ok: false, refusal: 'trades/unknown-order' }
      await beginReceipts(tx, context, orders)
      const receipt = (await receiptsOf(tx, [asked])).get(orderName(asked))
      if (receipt === undefined) return { ok: false, refusal: 'timeouts/not-running' }
      if (begun.isAgain) return { ok: true, receipt }

      const isDone = orders.some(
        ({ order }) => order.receivedAt !== null || order.closedAt !== null,
      )
      const { mostDays } = receipt
      if (isDone || receipt.endedAt !== null)
        return { ok: false, refusal: 'timeouts/over', mostDays }
      const extended = extendReceipt(receipt, days, mostDays, context.now)
      if (!extended.ok) return extended

      await updateReceipt(tx, { memberId, orderId }, extended.time)
      return { ok: true, receipt: { ...receipt, ...extended.time } }
    },
  )
}
