import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import {
  eventContext,
  PlacedSchema,
  placedText,
  quoteText,
  sendAsText,
  withLines,
} from '#http/trades/schemas.ts'
import { MemberIdSchema } from '#http/wallets/schemas.ts'
import { placeTrade } from '#operations/trades/place-trade.ts'
import { recordTrade } from '#operations/trades/record-trade.ts'
import { PlaceBodySchema, RecordBodySchema } from '#rules/trades/body.ts'

const ofPlacing: readonly ProblemCode[] = [
  ...ofBody,
  'members/sealed',
  'requests/key-reused',
  'trades/id-reused',
  'trades/already-placed',
]

const placeSchema = {
  operationId: 'placeTrade',
  summary: 'Place a trade',
  description:
    'Prices the basket anew, holds what it uses of the member’s coupons and wallets, takes what it uses of limited offers, and freezes what each line pays and who pays for what came off. With `expect`, the figures of a quote, it is refused when they are others now: `trades/quote-changed` carries the new `quote`, its `expect`, and the `differences` by line and by instrument. A trade that is not paid in time is closed, and all is let go. The same `tradeId` again is answered as it was placed; with another basket it is refused.',
  tags: ['Trades'],
  headers: IdempotencyHeadersSchema,
  body: PlaceBodySchema.safeExtend({ memberId: MemberIdSchema }),
  response: answers({ 201: { description: 'Placed, now or before.', schema: PlacedSchema } }, [
    ...ofPlacing,
    'paid/lines-reserved',
    'declarations/other-price',
    'declarations/sold-out',
    'pricing/no-policy',
    'trades/quote-changed',
  ]),
}

const recordSchema = {
  operationId: 'recordTrade',
  summary: 'Record a trade that was priced elsewhere',
  description:
    'Its lines with what was paid for them and what came off, by whom: price times quantity less the shares is what was paid. It is frozen as it is; nothing the member holds here is used. It is paid, received, refunded and settled like any other.',
  tags: ['Trades'],
  headers: IdempotencyHeadersSchema,
  body: RecordBodySchema.safeExtend({ memberId: MemberIdSchema }),
  response: answers({ 201: { description: 'Recorded, now or before.', schema: PlacedSchema } }, [
    ...ofPlacing,
    'trades/does-not-add-up',
  ]),
}

export function placeTradeRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market
  const config = { access: ['service', 'operator'] } as const

  http.post('/trades', { schema: placeSchema, config }, async (request, reply) => {
    const { memberId, ...body } = request.body
    const placing = { memberId, body, at: request.receivedAt }
    const key = { idempotencyKey: request.headers['idempotency-key'] }
    const placed = await placeTrade(eventContext(context, request), placing, key)
    if (placed.ok) {
      return sendAsText<typeof PlacedSchema>(reply.code(201), placedText(placed, zone))
    }
    if (placed.refusal !== 'trades/quote-changed') return sendProblem(reply, withLines(placed))

    const { refusal, basket, quote, expect, differences } = placed
    const more = { quote: quoteText(basket, quote), expect, differences }
    return sendProblem(reply, { refusal, more })
  })

  http.post('/trades/recorded', { schema: recordSchema, config }, async (request, reply) => {
    const { memberId, ...body } = request.body
    const recording = { memberId, body, at: request.receivedAt }
    const key = { idempotencyKey: request.headers['idempotency-key'] }
    const recorded = await recordTrade(eventContext(context, request), recording, key)
    if (recorded.ok) {
      return sendAsText<typeof PlacedSchema>(reply.code(201), placedText(recorded, zone))
    }

    const { ok: _, refusal, ...more } = recorded
    return sendProblem(reply, { refusal, more })
  })
}
