import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { lockMembers } from '#db/members.ts'
import {
  dueReceipts,
  endReceipts,
  orderName,
  receiptsOf,
  type KeptReceipt,
  type OrderKey,
  type ReceiptOutcome,
} from '#db/timeouts/receipts.ts'
import { settleTogether } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { announce } from '#operations/announcements/announce.ts'
import {
  applyOrderFacts,
  fingerprintOf,
  type EventContext,
  type EventResult,
  type Printed,
} from '#operations/events/apply-order-facts.ts'
import type { OrderFact } from '#rules/orders/facts.ts'
import { isReceiptOver } from '#rules/timeouts/receipt.ts'

/** So many that the locks of a batch are held for some hundredths of a second. */
const atOnce = 50

/**
 * TO-5: orders whose time to confirm the receipt is over are received, as of the instant it was over
 * and as if it had been told: they earn. Safe to run twice. Returns how many were due.
 */
export async function lapseReceipts(context: EventContext): Promise<number> {
  const { db, now } = context
  return await settleTogether(
    { find: (limit) => dueReceipts(db, now, limit), nameOf: orderName, atOnce },
    async (due) => await transact(db, (tx) => lapseSome(tx, context, due)),
  )
}

async function lapseSome(
  tx: Writer,
  context: EventContext,
  due: readonly OrderKey[],
): Promise<void> {
  const memberIds = [...new Set(due.map((each) => each.memberId))].sort()
  const [, receipts] = await Promise.all([lockMembers(tx, memberIds), receiptsOf(tx, due)])
  const over = [...receipts.values()].filter(
    (receipt) => receipt.endedAt === null && isReceiptOver(receipt, context.now),
  )
  const results = await applyOrderFacts(tx, context, over.map(receivedFact))

  const lapsed = over.filter((_, index) => results[index]?.status === 'applied')
  await endReceipts(
    tx,
    over.map((receipt, index) => {
      return { ...receipt, endedAt: receipt.dueAt, outcome: outcomeOf(results[index]) }
    }),
  )
  await Promise.all([
    announce(
      tx,
      lapsed.map(({ memberId, ...receipt }) => ({ memberId, ...newsOf(receipt, receipt.orderId) })),
    ),
    announceToShops(
      tx,
      lapsed.map(({ shopId, memberId, ...receipt }) => ({
        shopId,
        ...newsOf(receipt, `${memberId}/${receipt.orderId}`),
      })),
    ),
  ])
}

/** What was received or closed before refuses the fact: nothing waits for it any more. */
function outcomeOf(result: EventResult | undefined): ReceiptOutcome {
  if (result?.status === 'applied') return 'timeOut'
  return result?.refusal === 'orders/already-received' ? 'told' : 'closed'
}

function newsOf(
  { orderId, dueAt, method }: Pick<KeptReceipt, 'orderId' | 'dueAt' | 'method'>,
  id: string,
) {
  const data = { orderId, method, receivedAt: dueAt.toString() }
  return { id: `receipt-lapsed/${id}`, type: 'jifen.receipt.lapsed.v1', at: dueAt, data } as const
}

function receivedFact({ memberId, orderId, dueAt }: KeptReceipt): Printed<OrderFact> {
  const fact: OrderFact = {
    source: 'jifen/timeouts',
    id: hash('sha256', JSON.stringify(['received', orderId]), 'base64url'),
    memberId,
    time: dueAt,
    dataText: JSON.stringify({ orderId }),
    type: 'jifen.order.received.v1',
    data: { orderId },
  }
  return { fact, fingerprint: fingerprintOf(fact) }
}
