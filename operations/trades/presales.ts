import { hash } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { keepKey } from '#db/idempotency.ts'
import { insertMembers, lockMembers } from '#db/members.ts'
import { presalesByIds, upsertPresales } from '#db/trades/presales.ts'
import { frozenById } from '#db/trades/trades.ts'
import { transact } from '#operations/_transact.ts'
import {
  lineOfBooking,
  matchDeclared,
  returnBooked,
  takeDeclared,
  type DeclaredSoldOut,
} from '#operations/declarations/trade-stock.ts'
import { compensatePresale } from '#operations/delivery/compensate-presale.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { writeRefund } from '#operations/events/write-refund.ts'
import { refOfKey } from '#operations/ledger/post-for-member.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import type { Keyed, KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import type { DecidedRefund } from '#operations/trades/record-refund.ts'
import { loadReturns } from '#operations/trades/returnable.ts'
import { assert } from '#rules/assert.ts'
import type { OtherPrice } from '#rules/campaigns/declarations/trade-lines.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import type { LatePolicy } from '#rules/delivery/late-policy.ts'
import type { DepositPolicy } from '#rules/presale/policy.ts'
import { refusalsOf, type PresaleRefusal } from '#rules/presale/terms.ts'
import type { BookBody, EndPresaleBody, PayDepositBody } from '#rules/trades/body.ts'
import {
  depositOf,
  endByShop,
  payDeposit as decideDeposit,
  type Booking,
  type BookingRefusal,
  type ReturnedLine,
} from '#rules/trades/booking.ts'
import { decideTradeRefund } from '#rules/trades/refund.ts'

export type Booked =
  | { readonly ok: true; readonly booking: Booking }
  | { readonly ok: false; readonly refusal: BookingRefusal | 'members/sealed' }
  | {
      readonly ok: false
      readonly refusal: 'presales/terms-not-allowed'
      readonly terms: readonly PresaleRefusal[]
    }
  | LineReturned
  | OtherPrice
  | DeclaredSoldOut

/** Units of the line that a booking became came back before. */
type LineReturned = {
  readonly ok: false
  readonly refusal: 'returns/already-returned'
  readonly line: string
  readonly quantity: number
  readonly leftQuantity: number
  readonly leftFen: number
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
    const asked = [lineOfBooking(line)]
    const matched = await matchDeclared(tx, context.policies, asked, context.now)
    if (!matched.ok) return matched

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
    const by = { presaleId }
    const taken = await takeDeclared(tx, { memberId, at: context.now, by }, matched.uses)
    return taken.ok ? { ok: true, booking } : taken
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

/**
 * Ends a booking by the fault of the shop, and tells what it owes the member (TR-17). What a late shop
 * pays back is a return of the line in its trade, done here; refused when units of it came back before.
 */
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
    const knownLate = context.policies.at('late', context.now)
    const late = knownLate?.policy as LatePolicy | undefined
    const isReturned = fault === 'shopLate' && known.status === 'settled'
    const back = isReturned ? await lineBack(tx, context, memberId, known) : undefined
    if (back?.ok === false) return back
    const ended = endByShop(known, fault, back, late, context.now)
    if (!ended.ok) return ended

    await upsertPresales(tx, memberId, [ended.booking])
    if (back !== undefined) {
      await writeRefund(tx, context, back.refund)
      const policies = knownLate === undefined ? '' : `late@${knownLate.version}`
      const presale = { memberId, booking: known, paidFen: back.paidFen, late, policies }
      await compensatePresale(tx, context, presale)
    }
    await returnBooked(tx, memberId, [presaleId])
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

type LineBack = ReturnedLine & { readonly ok: true; readonly refund: DecidedRefund }

/** The return of the line that pays a booking's balance: all its units, of which none came back (TR-17). */
async function lineBack(
  tx: Writer,
  context: EventContext,
  memberId: string,
  { presaleId, tradeId, line: booked }: Booking,
): Promise<LineBack | LineReturned> {
  assert(tradeId !== null, 'a settled booking is in a trade')
  const [[known], frozen] = await Promise.all([
    loadReturns(tx, context.policies, [{ memberId, tradeId }]),
    frozenById(tx, memberId, tradeId),
  ])
  assert(known !== undefined && frozen !== undefined, 'the trade of a settled booking is kept')
  const { lines } = JSON.parse(frozen.basket) as { readonly lines: readonly BookingLine[] }
  const line = lines.find((each) => each.booking === presaleId)?.id ?? ''
  const paid = known.frozen.lines.find((each) => each.id === line)
  assert(paid !== undefined, 'a line of the trade names the booking')

  const { quantity } = booked
  const returned = [{ line, quantity }]
  const rules = factContext(context.policies, context.market, [])
  const decided = decideTradeRefund(known, { returned, at: context.now }, rules)
  if (!decided.ok) {
    assert(decided.refusal === 'returns/already-returned', `it is whole: ${decided.refusal}`)
    const { refusal, leftQuantity = 0, leftFen = 0 } = decided
    return { ok: false, refusal, line, quantity, leftQuantity, leftFen }
  }
  const n = known.done.length + 1
  const refundId = returnIdOf(presaleId)
  const refund = { memberId, refundId, n, at: context.now, request: { returned }, decided }
  const refundFen = asFen(decided.refund.refundFen)
  return { ok: true, paidFen: asFen(paid.payFen), refundFen, refund }
}

/** A line as it is kept with the basket: it may name the booking whose balance it pays. */
type BookingLine = { readonly id: string; readonly booking?: string }

/** The id of the return that an ending does: none that is asked for has a `~`. */
function returnIdOf(presaleId: string): string {
  return `~presale:${presaleId}`
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
