import type { Writer } from '#db/connection.ts'
import { touchOrders } from '#db/merchants/touch-orders.ts'
import { updateRequest, type KeptRequest } from '#db/timeouts/requests.ts'
import { insertStep } from '#db/timeouts/steps.ts'
import { turnAdvance } from '#operations/advances/turn-advance.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { tellReturnStep } from '#operations/timeouts/_news.ts'
import { refundRequested } from '#operations/timeouts/_refund.ts'
import { standStill } from '#operations/timeouts/_stand-still.ts'
import { exchangeIn } from '#operations/trades/exchange-units.ts'
import type { RequestedReturn } from '#rules/timeouts/requested.ts'
import { endWithNothingLeft, lapseRequest } from '#rules/timeouts/turn.ts'

/** What somebody, or a lapse, did about a request. */
export type Step = {
  readonly turn: string
  readonly at: Temporal.Instant
  readonly actor: string
  /** What was told with it: the number of a parcel. */
  readonly told?: Readonly<Record<string, string>>
  readonly note?: string | undefined
}

/** What a request becomes by a step, and whether it is refunded by it. */
type Becomes = { readonly request: RequestedReturn; readonly refunds: boolean }

/** Records a step with all that it does; the member is locked. Returns the request as it is then. */
export async function recordStep(
  tx: Writer,
  context: EventContext,
  before: KeptRequest,
  becomes: Becomes,
  step: Step,
): Promise<KeptRequest> {
  const { memberId, returnId } = before
  const { turn, at, actor, told = {}, note = null } = step
  const steps = before.steps + 1
  const merged: KeptRequest = { ...before, ...becomes.request, steps }
  const [after, because] = becomes.refunds
    ? await refunded(tx, context, merged, at)
    : [merged, undefined]
  if (turn === 'replace') await exchange(tx, context, after)

  await updateRequest(tx, after)
  await touchOrders(tx, [after])
  const facts = because === undefined ? told : { ...told, because }
  const status = after.outcome ?? after.status
  await insertStep(tx, {
    memberId,
    returnId,
    n: steps,
    turn,
    status,
    at,
    actor,
    told: JSON.stringify(facts),
    note,
  })
  await tellReturnStep(tx, after, step)
  if (after.closedAt !== null) await end(tx, context, after, after.closedAt)
  return after
}

/** TO-1: what lapsed of a request by now, each as of its own instant. */
export async function recordLapses(
  tx: Writer,
  context: EventContext,
  request: KeptRequest,
): Promise<KeptRequest> {
  let current = request
  for (;;) {
    const at = current.dueAt
    const lapsed = lapseRequest(current, context.now)
    if (lapsed === undefined || at === null) return current
    const step = { turn: 'lapse', at, actor: 'jifen' }
    current = await recordStep(tx, context, current, lapsed, step)
  }
}

async function refunded(
  tx: Writer,
  context: EventContext,
  request: KeptRequest,
  at: Temporal.Instant,
): Promise<readonly [KeptRequest, string | undefined]> {
  const refund = await refundRequested(tx, context, request, at)
  if (refund.ok) return [{ ...request, refundedFen: refund.refundedFen }, undefined]
  return [{ ...request, ...endWithNothingLeft(request, at) }, refund.because]
}

/** RT-14: what was sent takes the place of what went back; facts alone have no allocation to take over. */
async function exchange(tx: Writer, context: EventContext, request: KeptRequest): Promise<void> {
  const { memberId, tradeId, returnId } = request
  for (const { lineId: line, quantity, sku } of request.lines) {
    if (sku === null) continue
    const exchangeId = `~request:${returnId}:${line}`
    await exchangeIn(tx, context, memberId, { tradeId, exchangeId, line, quantity, sku })
  }
}

/** TO-7, RT-18: what follows when a request has ended. */
async function end(
  tx: Writer,
  context: EventContext,
  request: KeptRequest,
  at: Temporal.Instant,
): Promise<void> {
  const { memberId, returnId, orderId, outcome } = request
  await standStill(tx, context, { memberId, orderId }, at)
  if (outcome !== 'withdrawn' && outcome !== 'lapsed' && outcome !== 'refused') return
  // An advance on the return is owed from now on; where there is none, this is refused and changes nothing.
  await turnAdvance(tx, context, {
    memberId,
    returnId,
    at,
    ref: 'return-request',
    turn: 'rejected',
  })
}
