import { lockMembers } from '#db/members.ts'
import { duePresales, presalesByIds, upsertPresales } from '#db/trades/presales.ts'
import { dueTrades } from '#db/trades/trades.ts'
import { returnBooked } from '#operations/declarations/trade-stock.ts'
import { settleEach, settleTogether } from '#operations/_due.ts'
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
 * on, whether this has run or not. A trade that fails keeps no other waiting.
 */
export async function closeDueTrades(context: EventContext): Promise<number> {
  const { db, now } = context
  return await settleTogether(
    { find: (limit) => dueTrades(db, now, limit), nameOf, atOnce: tradesAtOnce },
    (due) => closeSome(context, due),
  )
}

async function closeSome(context: EventContext, due: readonly TradeName[]): Promise<void> {
  const single = await transact(context.db, (tx) => closeUnpaid(tx, context, due, reason))
  for (const each of single) {
    const closing = { ...each, reason, at: context.now }
    const turned = await transact(context.db, (tx) => closeTradeIn(tx, context, closing))
    // One that was paid meanwhile is no longer found; any other refused would be found for ever.
    if (turned.ok || turned.refusal === 'trades/already-paid') continue
    throw new Error(`${nameOf(each)} is not closed: ${turned.refusal}`)
  }
}

const reason = 'timeOut'

function nameOf({ memberId, tradeId }: TradeName): string {
  return `${memberId}/${tradeId}`
}

/** Ends the bookings whose balance was not paid in time, each in a transaction of its own (TR-17). */
export async function lapseDuePresales({ db, now }: EventContext): Promise<number> {
  return await settleEach(
    {
      find: (limit) => duePresales(db, now, limit),
      nameOf: ({ memberId, presaleId }) => `${memberId}/${presaleId}`,
      atOnce: bookingsAtOnce,
    },
    async ({ memberId, presaleId }) =>
      await transact(db, async (tx) => {
        const [, [booking]] = await Promise.all([
          lockMembers(tx, [memberId]),
          presalesByIds(tx, memberId, [presaleId]),
        ])
        const lapsed = booking === undefined ? undefined : lapse(booking, now)
        if (lapsed === undefined) return
        await upsertPresales(tx, memberId, [lapsed])
        await returnBooked(tx, memberId, [presaleId])
      }),
  )
}
