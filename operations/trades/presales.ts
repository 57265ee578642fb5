import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { keepKey } from '#db/idempotency.ts'
import { insertMembers, lockMembers } from '#db/members.ts'
import { ordersOfTrades } from '#db/orders.ts'
import { presalesByIds, upsertPresales } from '#db/trades/presales.ts'
import { transact } from '#operations/_transact.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { refOfKey } from '#operations/ledger/post-for-member.ts'
import { undoRefused, type Keyed } from '#operations/trades/_refused.ts'
import type { KeyReused } from '#operations/trades/place-trade.ts'
import type { Fen } from '#rules/money/fen.ts'
import type { DepositPolicy, LatePolicy } from '#rules/presale/policy.ts'
import { refusalsOf, type PresaleRefusal } from '#rules/presale/terms.ts'
import type { BookBody, EndPresaleBody, PayDepositBody } from '#rules/trades/body.ts'
import {
  depositOf,
  endByShop,
  payDeposit as decideDeposit,
  type Booking,
  type BookingRefusal,
} from '#rules/trades/booking.ts'

export type Booked =
  | { readonly ok: true; readonly booking: Booking }
  | { readonly ok: false; readonly refusal: BookingRefusal | 'members/sealed' }
  | {
      readonly ok: false
      readonly refusal: 'presales/terms-not-allowed'
      readonly terms: readonly PresaleRefusal[]
    }

type Asked<Body> = { readonly memberId: string; readonly body: Body }

/** Books a presale, if the deposit policy allows its terms (TR-15). The same again changes nothing. */
export async function bookPresale(
  context: EventContext,
  { memberId, body }: Asked<BookBody>,
  key: Keyed,
): Promise<Booked | KeyReused> {
  return await once(context, memberId, ['book', body], key, async (tx, fingerprint) => {
    const { presaleId, line, balance } = body
    const [, members, [known]] = await Promise.all([
      insertMembers(tx, [{ memberId, joinedAt: context.now }], context.now),
      lockMembers(tx, [memberId]),
      presalesByIds(tx, memberId, [presaleId]),
    ])
    if (known !== undefined && known.fingerprint !== fingerprint) {
      return { ok: false, refusal: 'presales/id-reused' }
    }
    if (known !== undefined) return { ok: true, booking: known }
    if (members.get(memberId)?.status === 'sealed') return { ok: false, refusal: 'members/sealed' }
    const policy = context.policies.at('deposit', context.now)?.policy as DepositPolicy | undefined
    const { worth, instantOff, ...least } = line
    const given = { worth, instantOff }
    const terms = policy === undefined ? [] : refusalsOf({ ...least, ...defined(given) }, policy)
    if (terms.length > 0) return { ok: false, refusal: 'presales/terms-not-allowed', terms }

    const booking: Booking = {
      presaleId,
      fingerprint,
      status: 'booked',
      line,
      depositFen: depositOf(line),
      bookedAt: context.now,
      balanceFrom: balance.from,
      balanceTo: balance.to,
      depositPaidAt: null,
      depositRef: null,
      tradeId: null,
      endedAt: null,
      outcome: null,
    }
    await upsertPresales(tx, memberId, [booking])
    return { ok: true, booking }
  })
}

/** Pays the deposit of a booking (TR-15). */
export async function payDeposit(
  context: EventContext,
  { memberId, body }: Asked<PayDepositBody>,
  key: Keyed,
): Promise<Booked | KeyReused> {
  const ref = body.paymentId ?? refOfKey(context.actor, key.idempotencyKey)
  return await once(context, memberId, ['deposit', body], key, async (tx) => {
    const known = await lockedBooking(tx, memberId, body.presaleId)
    if (known === undefined) return { ok: false, refusal: 'presales/unknown' }
    const paid = decideDeposit(known, ref, context.now)
    if (paid.ok && paid.booking !== known) await upsertPresales(tx, memberId, [paid.booking])
    return paid
  })
}

/** Ends a booking by the fault of the shop, and tells what it owes the member (TR-17). */
export async function endPresale(
  context: EventContext,
  { memberId, body }: Asked<EndPresaleBody>,
  key: Keyed,
): Promise<Booked | KeyReused> {
  const { presaleId, fault } = body
  return await once(context, memberId, ['end', body], key, async (tx) => {
    const known = await lockedBooking(tx, memberId, presaleId)
    if (known === undefined) return { ok: false, refusal: 'presales/unknown' }
    if (known.status === 'closed' && known.outcome !== null) return { ok: true, booking: known }
    const late = context.policies.at('late', context.now)?.policy as LatePolicy | undefined
    const lineFen = await paidForLine(tx, memberId, known)
    const ended = endByShop(known, fault, lineFen, late, context.now)
    if (ended.ok) await upsertPresales(tx, memberId, [ended.booking])
    return ended
  })
}

async function lockedBooking(
  tx: Writer,
  memberId: string,
  presaleId: string,
): Promise<Booking | undefined> {
  const [, [known]] = await Promise.all([
    lockMembers(tx, [memberId]),
    presalesByIds(tx, memberId, [presaleId]),
  ])
  return known
}

/** Deposit and balance of the line that a booking became. */
async function paidForLine(tx: Writer, memberId: string, booking: Booking): Promise<Fen> {
  const { tradeId, line } = booking
  if (tradeId === null) return booking.depositFen
  const orders = await ordersOfTrades(tx, [{ memberId, tradeId }])
  const own = orders.flatMap(({ order }) => (order.shopId === line.shop ? order.lines : []))
  return own.find((each) => each.sku === line.sku)?.paidFen ?? booking.depositFen
}

async function once(
  context: EventContext,
  memberId: string,
  asked: unknown,
  { idempotencyKey }: Keyed,
  decide: (tx: Writer, fingerprint: string) => Promise<Booked>,
): Promise<Booked | KeyReused> {
  const fingerprint = hash('sha256', JSON.stringify(asked))
  const kept = { memberId, caller: context.actor, key: idempotencyKey, fingerprint }
  return await undoRefused(
    (operation) => transact(context.db, operation),
    async (tx): Promise<Booked | KeyReused> => {
      const [before, booked] = await Promise.all([
        keepKey(tx, { ...kept, at: context.now }),
        decide(tx, fingerprint),
      ])
      if (before === undefined || before === fingerprint) return booked
      return { ok: false, refusal: 'requests/key-reused' }
    },
  )
}

function defined({ worth, instantOff }: { worth?: Fen | undefined; instantOff?: Fen | undefined }) {
  return {
    ...(worth === undefined ? {} : { worth }),
    ...(instantOff === undefined ? {} : { instantOff }),
  }
}
