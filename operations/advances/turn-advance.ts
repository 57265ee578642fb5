import { hash } from 'node:crypto'
import { advanceById, unendedAdvances, type KeptAdvance } from '#db/advances/advances.ts'
import type { Writer } from '#db/connection.ts'
import { ordersByIds } from '#db/orders.ts'
import { recordAdvances } from '#operations/advances/record-advances.ts'
import {
  applyOrderFacts,
  fingerprintOf,
  type EventContext,
} from '#operations/events/apply-order-facts.ts'
import { writeRefund } from '#operations/events/write-refund.ts'
import { factContext } from '#operations/policies/fact-context.ts'
import { advancesIn, loadReturns } from '#operations/trades/returnable.ts'
import {
  outstandingOf,
  recoverAdvance,
  repayAdvance,
  sumsOf,
  type Advance,
  type AdvanceLine,
} from '#rules/advances/advance.ts'
import type { AmountRefused } from '#rules/advances/amount.ts'
import { assert } from '#rules/assert.ts'
import { asFen, type Fen } from '#rules/money/fen.ts'
import type { OrderFact } from '#rules/orders/facts.ts'
import { decideTradeRefund } from '#rules/trades/refund.ts'

/** What happens to an advance after it was made. */
export type AdvanceTurn = {
  readonly memberId: string
  readonly returnId: string
  readonly at: Temporal.Instant
  /** Names it among what happens to the advance, once. */
  readonly ref: string
} & (
  | { readonly turn: 'arrived' }
  | { readonly turn: 'rejected'; readonly reason?: string | undefined }
  | { readonly turn: 'repaid'; readonly amountFen: Fen }
)

export type AdvanceTurned =
  | { readonly ok: true; readonly advance: KeptAdvance }
  | AmountRefused
  | {
      readonly ok: false
      readonly refusal: 'advances/unknown' | 'advances/ended' | 'advances/not-open'
    }
  | { readonly ok: false; readonly refusal: 'advances/more-than-owed'; readonly owedFen: Fen }
  | { readonly ok: false; readonly refusal: 'advances/order-refuses'; readonly because: string }

/**
 * Turns an advance inside a transaction that has locked its member. Goods that arrived are refunded now,
 * and the refund settles the advance (AD-6); a case decided against the member makes what is open owed,
 * and what is owed is repaid in parts (AD-8).
 */
export async function turnAdvance(
  tx: Writer,
  context: EventContext,
  turn: AdvanceTurn,
): Promise<AdvanceTurned> {
  const { memberId, returnId } = turn
  const known = await advanceById(tx, memberId, returnId)
  if (known === undefined) return { ok: false, refusal: 'advances/unknown' }
  const refused = await turnKnown(tx, context, turn, known)
  if (refused !== undefined) return refused
  const advance = await advanceById(tx, memberId, returnId)
  assert(advance !== undefined, 'an advance stays')
  return { ok: true, advance }
}

type TurnRefused = Extract<AdvanceTurned, { readonly ok: false }>

async function turnKnown(
  tx: Writer,
  context: EventContext,
  turn: AdvanceTurn,
  known: KeptAdvance,
): Promise<TurnRefused | undefined> {
  const { openFen, owedFen } = sumsOf(known)
  if (turn.turn === 'arrived') {
    // What a refund told before has settled is no fault of who tells of the goods after it.
    if (openFen + owedFen === 0) return undefined
    return await refundArrived(tx, context, turn, known)
  }
  const { memberId, ref } = turn
  const by = { at: context.now, actor: context.actor }
  if (turn.turn === 'rejected') {
    if (known.endedAt !== null) return { ok: false, refusal: 'advances/ended' }
    if (openFen === 0) return { ok: false, refusal: 'advances/not-open' }
    const change = recoverAdvance(known)
    await recordAdvances(tx, by, [{ memberId, ref, change, cause: { type: 'return.rejected' } }])
    return undefined
  }
  if (known.endedAt !== null) return { ok: false, refusal: 'advances/ended' }
  const change = repayAdvance(known, turn.amountFen)
  if (!change.ok) return change
  await recordAdvances(tx, by, [{ memberId, ref, change, cause: { type: 'advance.repaid' } }])
  return undefined
}

/** The units that are not back yet, of lines of which something is outstanding. */
function waitingLines({ lines }: Advance): readonly AdvanceLine[] {
  return lines.filter((line) => outstandingOf(line) > 0 && line.quantityBack < line.quantity)
}

async function refundArrived(
  tx: Writer,
  context: EventContext,
  turn: AdvanceTurn,
  advance: KeptAdvance,
): Promise<TurnRefused | undefined> {
  const { memberId } = turn
  const { tradeId } = advance
  const [known] = await loadReturns(tx, context.policies, [{ memberId, tradeId }])
  if (known === undefined) return await refundOrders(tx, context, turn, advance)

  const returned = waitingLines(advance).map((line) => ({
    line: line.lineId,
    quantity: line.quantity - line.quantityBack,
  }))
  const rules = factContext(context.policies, context.market, [])
  const decided = decideTradeRefund(known, { returned, at: turn.at }, rules)
  if (!decided.ok) return decided

  const unended = await unendedAdvances(tx, [memberId])
  await writeRefund(tx, context, {
    memberId,
    refundId: refundIdOf(advance),
    n: known.done.length + 1,
    at: turn.at,
    request: { returned },
    decided,
    ofAdvances: advancesIn(known, returned, decided, unended),
  })
  return undefined
}

/** No id of a return that is asked for has a `~`, and those of facts have a slash. */
function refundIdOf({ advanceId }: Advance): string {
  return `~return:${advanceId.replace(/[%/]/g, encodeURIComponent)}`
}

/** Of orders that are known by their facts alone: as the facts would tell it. */
async function refundOrders(
  tx: Writer,
  context: EventContext,
  turn: AdvanceTurn,
  advance: KeptAdvance,
): Promise<TurnRefused | undefined> {
  const { memberId } = turn
  for (const [orderId, lines] of Map.groupBy(waitingLines(advance), (line) => line.orderId)) {
    const [known] = await ordersByIds(tx, [{ memberId, orderId }])
    assert(known !== undefined, 'an order stays where it is')
    const fact: OrderFact = {
      source: 'jifen/advances',
      id: hash('sha256', JSON.stringify([advance.advanceId, orderId]), 'base64url'),
      memberId,
      time: turn.at,
      dataText: '',
      type: 'jifen.refund.succeeded.v1',
      data: {
        orderId,
        lines: lines.map((line) => ({
          id: line.lineId,
          amount: asFen(outstandingOf(line)),
          quantity: line.quantity - line.quantityBack,
        })),
      },
    }
    const told = { ...fact, dataText: JSON.stringify(fact.data) }
    const print = { fact: told, fingerprint: fingerprintOf(told) }
    const [result] = await applyOrderFacts(tx, context, [print])
    if (result?.status === 'refused' || result?.status === 'parked') {
      return {
        ok: false,
        refusal: 'advances/order-refuses',
        because: result.refusal ?? result.status,
      }
    }
  }
  return undefined
}
