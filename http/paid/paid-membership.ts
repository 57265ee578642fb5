import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import {
  PaidMembershipSchema,
  paidText,
  PaidYearSchema,
  PaymentRefSchema,
  yearText,
} from '#http/paid/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { buyYear } from '#operations/paid/buy-year.ts'
import { readPaid } from '#operations/paid/read-paid.ts'
import { refundYear } from '#operations/paid/refund-year.ts'
import { IdSchema, PositiveMoneySchema } from '#rules/fields.ts'
import { lastOf } from '#rules/members/paid/year.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Membership']

const readSchema = {
  operationId: 'getPaidMembership',
  summary: 'Paid membership of a member',
  description:
    'What the next year costs the member and why, until when membership runs, from when on it may be renewed, and what it saved.',
  tags,
  params: MemberParamsSchema,
  response: answers({ 200: { description: 'As it stands now.', schema: PaidMembershipSchema } }, [
    'members/unknown',
    'paid/no-policy',
  ]),
}

const buySchema = {
  operationId: 'buyPaidMembership',
  summary: 'Tell that a year of membership was paid',
  description:
    'Once for each payment. A year begins at once, or at the end of the one that runs. `paid/price-changed` tells the price that holds now (`priceFen`), `paid/too-early` from when on it may be renewed (`renewableFrom`).',
  tags,
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    paymentRef: PaymentRefSchema,
    expectPrice: PositiveMoneySchema.meta({
      description: 'What was paid, as `next.priceFen` told it.',
      examples: ['88.00'],
    }),
  }),
  response: answers({ 201: { description: 'Bought, now or before.', schema: PaidYearSchema } }, [
    ...ofBody,
    'members/unknown',
    'members/sealed',
    'paid/no-policy',
    'paid/too-early',
    'paid/price-changed',
    'paid/payment-reused',
    'requests/key-reused',
  ]),
}

const refundSchema = {
  operationId: 'refundPaidMembership',
  summary: 'Refund a year of membership',
  description:
    'By the policy it was bought by: whole before it begins; within the time of the policy whole while nothing of it was used, else nothing or the price less what it saved. It ends at once; what is answered is to be paid back.',
  tags,
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    paymentRef: PaymentRefSchema,
    refundRef: IdSchema.meta({ description: 'What names the refund.', examples: ['refund-1'] }),
  }),
  response: answers({ 200: { description: 'Refunded, now or before.', schema: PaidYearSchema } }, [
    ...ofBody,
    'members/unknown',
    'members/sealed',
    'paid/unknown',
    'paid/already-refunded',
    'paid/not-the-last',
    'paid/refund-too-late',
    'paid/used',
    'paid/refund-reused',
    'requests/key-reused',
  ]),
}

export function paidMembershipRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market
  const config = { access: ['service', 'operator'] } as const
  const path = '/members/:memberId/paid-membership'

  http.get(
    path,
    { schema: readSchema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const now = request.receivedAt
      const view = await readPaid(context, request.params.memberId, now)
      if (!view.ok) return sendProblem(reply, view)

      const until = view.running === undefined ? undefined : lastOf(view.years)?.to
      return reply.send(paidText(view, until, now, zone))
    },
  )

  http.post(path, { schema: buySchema, config }, async (request, reply) => {
    const { paymentRef, expectPrice } = request.body
    const buying = { memberId: request.params.memberId, paymentRef, expectFen: expectPrice }
    const key = { idempotencyKey: request.headers['idempotency-key'] }
    const bought = await buyYear(eventContext(context, request), buying, key)
    if (bought.ok) return reply.code(201).send(yearText(bought.year, request.receivedAt, zone))

    if (bought.refusal === 'paid/too-early') {
      const renewableFrom = instantToText(bought.renewableFrom, zone)
      return sendProblem(reply, { refusal: bought.refusal, more: { renewableFrom } })
    }
    if (bought.refusal !== 'paid/price-changed') return sendProblem(reply, bought)
    return sendProblem(reply, { refusal: bought.refusal, more: { priceFen: bought.priceFen } })
  })

  http.post(`${path}/refund`, { schema: refundSchema, config }, async (request, reply) => {
    const refunding = { memberId: request.params.memberId, ...request.body }
    const key = { idempotencyKey: request.headers['idempotency-key'] }
    const refunded = await refundYear(eventContext(context, request), refunding, key)
    if (refunded.ok) return reply.send(yearText(refunded.year, request.receivedAt, zone))

    if (refunded.refusal !== 'paid/used') return sendProblem(reply, refunded)
    const { refusal, uses, savedFen } = refunded
    return sendProblem(reply, { refusal, more: { uses, savedFen } })
  })
}
