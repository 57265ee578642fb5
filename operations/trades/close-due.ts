import { lockMembers } from '#db/members.ts'
import { duePresales, presalesByIds, upsertPresales } from '#db/trades/presales.ts'
import { dueTrades } from '#db/trades/trades.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { transact } from '#operations/_transact.ts'
import { closeUnpaid, type TradeName } from '#operations/trades/_close-many.ts'
import { closeTradeIn } from '#operations/trades/turn-trade.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { lapse } from '#rules/trades/booking.ts'

const bookingsAtOnce = 100

/** So many that the locks of a batch are held for some hundredths of a second. */
const tradesAtOnce = 50

/**
 * Closes the trades whose time to pay is over by now, in batches, each a transaction of its own:
 * stopping in between loses nothing (TR-6). Returns how many. A payment is refused from that instant
 * on, whether this has run or not. A trade that fails is left out, so that the others do not wait for
 * it; what is wrong with the first is thrown in the end.
 */
export async function closeDueTrades(context: EventContext): Promise<number> {
  const failed = new Map<string, unknown>()
  let closed = 0
  for (;;) {
    const found = await dueTrades(context.db, context.now, tradesAtOnce + failed.size)
    const due = found.filter((each) => !failed.has(nameOf(each)))
    if (due.length === 0) break
    closed += await closeSome(context, due, failed)
  }
  for (const error of failed.values()) throw error
  return closed
}

async function closeSome(
  context: EventContext,
  due: readonly TradeName[],
  failed: Map<string, unknown>,
): Promise<number> {
  let single: readonly TradeName[]
  try {
    single = await transact(context.db, (tx) => closeUnpaid(tx, context, due, reason))
  } catch (error) {
    if (isUnreachable(error)) throw error
    single = due
  }
  for (const each of single) {
    try {
      const closing = { ...each, reason, at: context.now }
      const turned = await transact(context.db, (tx) => closeTradeIn(tx, context, closing))
      // One that was paid meanwhile is no longer found; any other refused would be found for ever.
      if (turned.ok || turned.refusal === 'trades/already-paid') continue
      failed.set(nameOf(each), new Error(`${nameOf(each)} is not closed: ${turned.refusal}`))
    } catch (error) {
      if (isUnreachable(error)) throw error
      failed.set(nameOf(each), error)
    }
  }
  return due.filter((each) => !failed.has(nameOf(each))).length
}

const reason = 'timeOut'

function nameOf({ memberId, tradeId }: TradeName): string {
  return `${memberId}/${tradeId}`
}

/** Ends the bookings whose balance was not paid in time, each in a transaction of its own (TR-17). */
export async function lapseDuePresales({ db, now }: EventContext): Promise<number> {
  return await eachDue(
    (limit) => duePresales(db, now, limit),
    (due) => `${due.memberId}/${due.presaleId}`,
    async ({ memberId, presaleId }) =>
      await transact(db, async (tx) => {
        const [, [booking]] = await Promise.all([
          lockMembers(tx, [memberId]),
          presalesByIds(tx, memberId, [presaleId]),
        ])
        const lapsed = booking === undefined ? undefined : lapse(booking, now)
        if (lapsed !== undefined) await upsertPresales(tx, memberId, [lapsed])
      }),
  )
}

/**
 * Ends each thing that is due, until none is. One that fails is left out, so that the others do not
 * wait for it; what is wrong with the first is thrown in the end.
 */
async function eachDue<Due>(
  find: (limit: number) => Promise<readonly Due[]>,
  nameOf: (due: Due) => string,
  end: (due: Due) => Promise<unknown>,
): Promise<number> {
  const failed = new Map<string, unknown>()
  let ended = 0
  for (;;) {
    const due = await find(bookingsAtOnce + failed.size)
    const next = due.filter((each) => !failed.has(nameOf(each)))
    if (next.length === 0) break
    for (const each of next) {
      try {
        await end(each)
        ended += 1
      } catch (error) {
        if (isUnreachable(error)) throw error
        failed.set(nameOf(each), error)
      }
    }
  }
  for (const error of failed.values()) throw error
  return ended
}
