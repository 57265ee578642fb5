import { lockMembers } from '#db/members.ts'
import { duePresales, presalesByIds, upsertPresales } from '#db/trades/presales.ts'
import { dueTrades } from '#db/trades/trades.ts'
import { isUnreachable } from '#db/unreachable.ts'
import { transact } from '#operations/_transact.ts'
import { closeTradeIn } from '#operations/trades/turn-trade.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { lapse } from '#rules/trades/booking.ts'

const atOnce = 100

/**
 * Closes the trades whose time to pay is over by now, each in a transaction of its own: stopping in
 * between loses nothing (TR-6). Returns how many. A payment is refused from that instant on, whether
 * this has run or not.
 */
export async function closeDueTrades(context: EventContext): Promise<number> {
  const { db, now } = context
  return await eachDue(
    (limit) => dueTrades(db, now, limit),
    (due) => `${due.memberId}/${due.tradeId}`,
    async (due) =>
      await transact(db, (tx) => closeTradeIn(tx, context, { ...due, reason: 'timeOut', at: now })),
  )
}

/** Ends the bookings whose balance was not paid in time, as `closeDueTrades` does trades (TR-17). */
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
    const due = await find(atOnce + failed.size)
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
