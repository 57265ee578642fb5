import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ofReturns, refusedAdvance } from '#http/advances/advances.ts'
import {
  AdvanceParamsSchema,
  AdvanceSchema,
  advanceText,
  RepayBodySchema,
} from '#http/advances/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { tellReturn, type TellReturn } from '#operations/advances/tell-return.ts'

const tags = ['Instant refund']
const config = { access: ['service', 'operator'], endsFlow: true } as const

function turnSchema(operationId: string, summary: string, description: string, body: z.ZodType) {
  const refusals: readonly ProblemCode[] = [
    ...ofBody,
    ...ofReturns,
    'requests/key-reused',
    'advances/unknown',
    'advances/ended',
    'advances/not-open',
    'advances/more-than-owed',
    'advances/order-refuses',
  ]
  return {
    operationId,
    summary,
    description,
    tags,
    params: AdvanceParamsSchema,
    headers: IdempotencyHeadersSchema,
    body,
    response: answers(
      { 200: { description: 'The advance as it is now.', schema: AdvanceSchema } },
      refusals,
    ),
  }
}

const nothing = z.strictObject({})

const arrivedSchema = turnSchema(
  'returnArrived',
  'The goods of an instant refund are back',
  'Refunds the units now, unless a refund did already. The money settles the advance and does not go to the member a second time.',
  nothing,
)

const recoverSchema = turnSchema(
  'recoverAdvance',
  'The case was decided against the member',
  'What is open of the advance is owed from now on.',
  nothing,
)

const repaySchema = {
  ...turnSchema(
    'repayAdvance',
    'The member paid of what is owed',
    'In parts or whole; the limit is restored by it.',
    nothing,
  ),
  body: RepayBodySchema,
}

/** What becomes of instant refunds. */
export function turnAdvancesRoutes(http: Http, context: HttpContext): void {
  const tell = async (
    request: FastifyRequest,
    reply: FastifyReply,
    key: string,
    told: TellReturn,
  ): Promise<unknown> => {
    const by = eventContext(context, request)
    const turned = await tellReturn(by, told, { idempotencyKey: key })
    if (turned.ok) return await reply.send(advanceText(turned.advance, context.market.zone))
    return sendProblem(reply, refusedAdvance(turned))
  }
  const path = '/members/:memberId/advances/:returnId'

  http.post(`${path}/arrived`, { schema: arrivedSchema, config }, async (request, reply) => {
    const key = request.headers['idempotency-key']
    return await tell(request, reply, key, { ...request.params, turn: 'arrived' })
  })

  http.post(`${path}/recover`, { schema: recoverSchema, config }, async (request, reply) => {
    const key = request.headers['idempotency-key']
    return await tell(request, reply, key, { ...request.params, turn: 'rejected' })
  })

  http.post(`${path}/repayments`, { schema: repaySchema, config }, async (request, reply) => {
    const key = request.headers['idempotency-key']
    const { amount: amountFen } = request.body
    return await tell(request, reply, key, { ...request.params, turn: 'repaid', amountFen })
  })
}
