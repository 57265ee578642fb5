import { sql } from 'kysely'
import type { Writer } from '#db/connection.ts'
import { areBooked, putBookingsInTrade } from '#db/declarations/uses.ts'
import { keepKey } from '#db/idempotency.ts'
import { holdCoupons } from '#db/issuing/held.ts'
import { readHoldings, type Holdings } from '#db/trades/holdings.ts'
import { insertOfferSavings } from '#db/trades/offer-savings.ts'
import { insertOfferUses } from '#db/trades/offer-uses.ts'
import { presalesByIds, upsertPresales } from '#db/trades/presales.ts'
import { allowanceOfDay } from '#operations/campaigns/allowance-of-day.ts'
import {
  linesOfTrade,
  matchDeclared,
  takeDeclared,
  type DeclaredSoldOut,
} from '#operations/declarations/trade-stock.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { transactWithQuotas } from '#operations/issuing/quotas.ts'
import { postLocked } from '#operations/ledger/post-commands.ts'
import { standingAt } from '#operations/membership/standing.ts'
import { reservedFrom } from '#operations/trades/_reserved.ts'
import { heldFor, tradeWallets } from '#operations/trades/_holdings.ts'
import { fingerprintOf, holdCommands, tradeOf } from '#operations/trades/_new-trade.ts'
import {
  applyAwaited,
  openSite,
  placedBefore,
  writeTrade,
  type PlacedTrade,
} from '#operations/trades/_placing.ts'
import { priceFor, type Gone, type Priced } from '#operations/trades/_price.ts'
import { takeOfferQuotas, useOf } from '#operations/trades/_quotas.ts'
import { lockTradeWallets } from '#operations/trades/lock-wallets.ts'
import type { Keyed, KeyReused } from '#operations/requests/keyed.ts'
import { undoRefused } from '#operations/_refused.ts'
import type { Expect } from '#operations/trades/quote-basket.ts'
import { assert } from '#rules/assert.ts'
import type { LineUse, OtherPrice } from '#rules/campaigns/declarations/trade-lines.ts'
import type { LinesReserved } from '#rules/members/paid/reserved.ts'
import type { Basket, BasketLine } from '#rules/pricing/basket.ts'
import type { Quote } from '#rules/pricing/quote.ts'
import type { PlaceBody } from '#rules/trades/body.ts'
import { buyBooked, type Booking, type BookingRefusal } from '#rules/trades/booking.ts'
import { differencesOf, type Difference } from '#rules/trades/expectation.ts'
import { dayOf } from '#rules/time/instants.ts'

export type { PlacedTrade }

export type PlaceTrade = {
  readonly memberId: string
  readonly body: PlaceBody
  /** When it is placed: it is priced by the rules of then. */
  readonly at: Temporal.Instant
}

export type Placed =
  | ({ readonly ok: true } & PlacedTrade)
  | {
      readonly ok: false
      readonly refusal:
        'members/sealed' | 'pricing/no-policy' | 'trades/id-reused' | 'trades/already-placed'
    }
  | BookingRefused
  | LinesReserved
  | OtherPrice
  | DeclaredSoldOut
  | {
      readonly ok: false
      readonly refusal: 'trades/quote-changed'
      readonly basket: Basket
      readonly quote: Quote
      readonly expect: Expect
      readonly differences: readonly Difference[]
    }

/** A line pays the balance of a booking that it may not pay. */
type BookingRefused = {
  readonly ok: false
  readonly refusal: BookingRefusal
  readonly presaleId: string
}

/** Places a trade under an idempotency key; a refusal leaves nothing behind (TR-2 to TR-4). */
export async function placeTrade(
  context: EventContext,
  request: PlaceTrade,
  key: Keyed,
): Promise<Placed | KeyReused> {
  const fingerprint = fingerprintOf(request.body)
  return await undoRefused(
    (operation) => transactWithQuotas(context, context.now, operation),
    async (tx): Promise<Placed | KeyReused> => {
      const { memberId, at } = request
      const { actor: caller } = context
      const [before, placed] = await Promise.all([
        keepKey(tx, { memberId, caller, key: key.idempotencyKey, fingerprint, at }),
        placeTradeIn(tx, context, request),
      ])
      if (before === undefined || before === fingerprint) return placed
      return { ok: false, refusal: 'requests/key-reused' }
    },
  )
}

/**
 * Places a trade in a transaction that `transactWithQuotas` runs: prices the basket with the member's
 * rows locked, refuses it when the figures are others than expected, holds what it uses and freezes
 * what each line pays and what took what off. The same trade again is told as it was placed. Nothing
 * is written when it is refused, but the member that was not known.
 */
export async function placeTradeIn(
  tx: Writer,
  context: EventContext,
  request: PlaceTrade,
): Promise<Placed> {
  const { memberId, body, at } = request
  const { tradeId } = body
  const site = await openSite(tx, memberId, body, at, async () => {
    const [, holdings, standing, booked, day, matched, isBooked] = await Promise.all([
      lockTradeWallets(tx, memberId),
      readHoldings(tx, tradeWallets(memberId), at, dayOf(at, context.market.zone)),
      standingAt(tx, context.policies, memberId, at),
      presalesByIds(tx, memberId, bookedIn(body)),
      allowanceOfDay(tx, context.policies, body.lines, at),
      matchDeclared(tx, context.policies, linesOfTrade(body.lines), at),
      areBooked(tx, memberId, bookedIn(body)),
    ])
    return { holdings, standing, booked, day, matched, isBooked }
  })
  const { holdings, standing, booked, day, matched, isBooked } = site.also
  const fingerprint = fingerprintOf(body)
  const before = await placedBefore(tx, memberId, tradeId, fingerprint, site.names)
  if (before !== undefined) return before

  const bought = buyAll(booked, body, at)
  if (!bought.ok) return bought
  const reserved = reservedFrom(context, body, standing, at)
  if (reserved !== undefined) return reserved
  if (!matched.ok) return matched
  const held = heldFor(memberId, holdings, standing, context.policies, at)
  const placed = await priceAndWrite(tx, context, request, {
    fingerprint,
    price: (gone) => priceFor(context, body, at, held, gone, day),
    holdings,
    orderIds: site.orderIds,
    bookings: bought.bookings,
    declared: { uses: matched.uses, isBooked },
  })
  if (placed.ok) await applyAwaited(tx, context, memberId, tradeId, site)
  return placed
}

function bookedIn({ lines }: PlaceBody): string[] {
  return lines.flatMap(({ booking }) => booking ?? [])
}

function bookingLines({ lines }: PlaceBody) {
  return lines.flatMap(({ id, booking }) =>
    booking === undefined ? [] : [{ presaleId: booking, lineId: id }],
  )
}

/** TR-16: every line that names a booking pays its balance, each booking once. */
function buyAll(
  booked: readonly Booking[],
  { lines, tradeId }: PlaceBody,
  at: Temporal.Instant,
): { readonly ok: true; readonly bookings: readonly Booking[] } | BookingRefused {
  const left = new Map(booked.map((each) => [each.presaleId, each]))
  const bookings: Booking[] = []
  for (const line of lines) {
    const presaleId = line.booking
    if (presaleId === undefined) continue
    const booking = left.get(presaleId)
    if (booking === undefined) return { ok: false, refusal: 'presales/unknown', presaleId }
    const bought = buyBooked(booking, line as BasketLine, tradeId, at)
    if (!bought.ok) return { ...bought, presaleId }
    left.delete(presaleId)
    bookings.push(bought.booking)
  }
  return { ok: true, bookings }
}

type Ready = {
  readonly fingerprint: string
  readonly price: (gone: Gone) => Priced | undefined
  readonly holdings: Holdings
  readonly orderIds: ReadonlyMap<string, string>
  /** As they are once the trade is placed. */
  readonly bookings: readonly Booking[]
  /** What it draws on of declared goods, and whether one of its bookings drew on them before. */
  readonly declared: { readonly uses: readonly LineUse[]; readonly isBooked: boolean }
}

/** Prices and writes; once more without an offer of which there was less than the price took. */
async function priceAndWrite(
  tx: Writer,
  context: EventContext,
  request: PlaceTrade,
  ready: Ready,
): Promise<Placed> {
  const { memberId, body, at } = request
  const { uses } = ready.declared
  let gone: Gone = {}
  for (;;) {
    const priced = ready.price(gone)
    if (priced === undefined) return { ok: false, refusal: 'pricing/no-policy' }
    const changed = changedFrom(body.expect, priced)
    if (changed !== undefined) return changed

    const isCounted = priced.limited.map(useOf).some((use) => use.ofTotal || use.ofBudget)
    if (!isCounted && uses.length === 0) {
      return { ok: true, ...(await write(tx, context, request, ready, priced)) }
    }

    await sql`savepoint before_trade`.execute(tx)
    const placed = await write(tx, context, request, ready, priced)
    const more = await takeOfferQuotas(tx, memberId, priced.limited)
    const isGone = Object.keys(more).length > 0
    const by = { tradeId: body.tradeId }
    const taken = isGone ? undefined : await takeDeclared(tx, { memberId, at, by }, uses)
    if (taken?.ok === true) {
      await sql`release savepoint before_trade`.execute(tx)
      return { ok: true, ...placed }
    }
    await sql`rollback to savepoint before_trade`.execute(tx)
    if (taken !== undefined) return taken
    gone = { ...gone, ...more }
  }
}

/** TR-2: what the buyer agreed to is what it comes to, or nothing is placed. */
function changedFrom(expected: PlaceBody['expect'], priced: Priced): Placed | undefined {
  const { basket, quote, figures, digest } = priced
  if (expected === undefined) return undefined
  const differences = differencesOf(expected, figures)
  const isSame = expected.digest === digest && expected.payFen === figures.payFen
  if (isSame && differences.length === 0) return undefined
  const expect = { digest, ...figures }
  return { ok: false, refusal: 'trades/quote-changed', basket, quote, expect, differences }
}

async function write(
  tx: Writer,
  context: EventContext,
  request: PlaceTrade,
  { fingerprint, holdings, orderIds, bookings, declared }: Ready,
  priced: Priced,
): Promise<PlacedTrade> {
  const { memberId, body, at } = request
  const { quote, limited, savings } = priced
  const placedOn = dayOf(at, context.market.zone)
  const isDeclared = declared.isBooked || declared.uses.length > 0
  const trade = tradeOf(context, body, at, priced, fingerprint, isDeclared)
  const { tradeId, used } = trade
  const commands = holdCommands(context, request, trade)
  const [placed, held, answers] = await Promise.all([
    writeTrade(tx, memberId, trade, priced, orderIds),
    holdCoupons(tx, memberId, used.coupons, tradeId, at),
    postLocked(tx, holdings.wallets, commands),
    insertOfferUses(tx, memberId, tradeId, limited.map(useOf)),
    insertOfferSavings(tx, { memberId, tradeId }, { at, on: placedOn }, savings),
    upsertPresales(tx, memberId, bookings),
    declared.isBooked ? putBookingsInTrade(tx, memberId, tradeId, bookingLines(body)) : undefined,
  ])
  assert(held.length === quote.used.coupons.length, 'coupons of a locked member stay open')
  const refused = answers.find((answer) => !answer.ok)
  assert(refused === undefined, `locked wallets hold what was priced: ${JSON.stringify(refused)}`)
  return placed
}
