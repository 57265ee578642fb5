import type { Writer } from '#db/connection.ts'
import {
  compensationsOf,
  upsertCompensations,
  type LateCompensation,
} from '#db/delivery/compensations.ts'
import { shipmentsOf } from '#db/delivery/shipments.ts'
import { lockMembers } from '#db/members.ts'
import { ordersOfTrades } from '#db/orders.ts'
import { announce } from '#operations/announcements/announce.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { lateRef } from '#operations/delivery/_look.ts'
import { compensatedNotices } from '#operations/delivery/_notices.ts'
import { payCommand } from '#operations/delivery/_pay.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import { assert } from '#rules/assert.ts'
import { compensationOf } from '#rules/delivery/compensation.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import type { Booking } from '#rules/trades/booking.ts'

/** A presale that was ended because the shop was late, of a locked member. */
export type LatePresale = {
  readonly memberId: string
  readonly booking: Booking
  /** What was paid for the line: deposit and balance. */
  readonly paidFen: Fen
  /** `undefined`: nothing but the deposit is paid again. */
  readonly late: LatePolicy | undefined
  /** `late@2`, or nothing. */
  readonly policies: string
}

/**
 * Pays what a late shop owes for a presale that was ended (PS-9, SH-9): the deposit again, and the penalty
 * unless the order was compensated already (SH-11). Both in points that the shop funds.
 */
export async function compensatePresale(
  tx: Writer,
  context: EventContext,
  presale: LatePresale,
): Promise<void> {
  const { memberId, booking } = presale
  const { tradeId, line } = booking
  assert(tradeId !== null, 'a presale whose shop is late is in a trade')
  const orders = await ordersOfTrades(tx, [{ memberId, tradeId }])
  const order = orders.find((each) => each.order.shopId === line.shop)?.order
  const paidAt = order?.paidAt ?? null
  assert(order !== undefined && paidAt !== null, 'the balance of a settled presale is paid')
  const key = { memberId, orderId: order.orderId }
  const [known, [shipment], members] = await Promise.all([
    compensationsOf(tx, [key]),
    shipmentsOf(tx, [key]),
    lockMembers(tx, [memberId]),
  ])
  const base = {
    ...key,
    presaleId: booking.presaleId,
    shopId: order.shopId,
    orderPaidAt: paidAt,
    cause: shipment?.cause ?? ('notShipped' as const),
    lateSince: shipment?.lateSince ?? context.now,
    pairFen: 0,
    isByComplaint: false,
    paidAt: context.now,
    takenBackAt: null,
    policies: presale.policies,
  }
  const isCompensated = known.some((each) => each.ref === lateRef(order.orderId))
  const parts = [depositAgain(presale, base), ...(isCompensated ? [] : penalty(presale, base))]
  const isSealed = members.get(memberId)?.status !== 'active'
  const owed = parts.map((part) => (isSealed ? { ...part, status: 'refused' as const } : part))
  await book(tx, context, owed)
}

type Base = Omit<
  LateCompensation,
  'ref' | 'priceFen' | 'depositFen' | 'compensationFen' | 'status' | 'why'
>

function depositAgain({ booking, paidFen }: LatePresale, base: Base): LateCompensation {
  const { depositFen, presaleId } = booking
  return {
    ...base,
    ref: `late-deposit:${presaleId}`,
    priceFen: paidFen,
    depositFen,
    compensationFen: depositFen,
    status: depositFen === 0 ? 'nothing' : 'paid',
    why: JSON.stringify({ depositFen }),
  }
}

/** As it is told in the outcome: what is bounded for a pair is not looked at. */
function penalty({ paidFen, late }: LatePresale, base: Base): readonly LateCompensation[] {
  if (late === undefined) return []
  const { falseShipment: _, pair: __, ...own } = late
  const pairFen = asFen(0)
  const decided = compensationOf({ dealPrice: paidFen, cause: base.cause, pairFen }, own)
  const { compensationFen, why } = decided
  return [
    {
      ...base,
      ref: lateRef(base.orderId),
      priceFen: paidFen,
      depositFen: 0,
      compensationFen,
      status: compensationFen === 0 ? 'nothing' : 'paid',
      why: JSON.stringify(why),
    },
  ]
}

async function book(
  tx: Writer,
  context: EventContext,
  owed: readonly LateCompensation[],
): Promise<void> {
  const paid = owed.filter(({ status }) => status === 'paid')
  const answers = await postCommands(
    tx,
    paid.map((each) => payCommand(each, context)),
  )
  const refused = new Set(paid.filter((_, at) => answers[at]?.ok !== true))
  await upsertCompensations(
    tx,
    owed.map((each) => (refused.has(each) ? { ...each, status: 'refused' } : each)),
  )
  const told = paid.filter((each) => !refused.has(each)).map(compensatedNotices)
  await announceToShops(
    tx,
    told.map(({ shop }) => shop),
  )
  await announce(
    tx,
    told.map(({ member }) => member),
  )
}
