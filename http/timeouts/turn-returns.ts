import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { refusedReturnRequest } from '#http/timeouts/refused.ts'
import {
  DecideBodySchema,
  NoteBodySchema,
  NothingBodySchema,
  ParcelBodySchema,
  ReasonedBodySchema,
  RequestParamsSchema,
  requestText,
  ReturnRequestSchema,
  ShopRequestParamsSchema,
} from '#http/timeouts/schemas.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { turnReturn, type TurnReturn } from '#operations/timeouts/turn-return.ts'

const tags = ['Returns']

type Turning<Params extends z.ZodType, Body extends z.ZodType> = {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly params: Params
  readonly body: Body
  readonly refusals?: readonly ProblemCode[]
}

function turning<Params extends z.ZodType, Body extends z.ZodType>({
  refusals = [],
  ...named
}: Turning<Params, Body>) {
  return {
    ...named,
    tags,
    headers: IdempotencyHeadersSchema,
    response: answers(
      { 200: { description: 'The request as it is now.', schema: ReturnRequestSchema } },
      [
        ...ofBody,
        'requests/key-reused',
        'return-requests/unknown',
        'return-requests/not-now',
        ...refusals,
      ],
    ),
  }
}

const ofMember = { params: RequestParamsSchema, refusals: ['members/unknown'] } as const
const ofShop = { params: ShopRequestParamsSchema, refusals: ['shops/unknown'] } as const

const schemas = {
  withdraw: turning({
    operationId: 'withdrawReturn',
    summary: 'Withdraw a return request',
    description: 'At any time before it is refunded, or the shop has the goods of an exchange.',
    ...ofMember,
    body: NothingBodySchema,
  }),
  send: turning({
    operationId: 'sendReturn',
    summary: 'Give the number of the parcel that goes back',
    ...ofMember,
    body: ParcelBodySchema,
  }),
  escalate: turning({
    operationId: 'escalateReturn',
    summary: 'Take a rejected request to the platform',
    ...ofMember,
    body: ReasonedBodySchema,
  }),
  receive: turning({
    operationId: 'receiveReplacement',
    summary: 'Confirm that what was exchanged has come',
    ...ofMember,
    body: NothingBodySchema,
  }),
  agree: turning({
    operationId: 'agreeToReturn',
    summary: 'Agree to a return request',
    description: 'Money alone is refunded at once; goods are to be sent back first.',
    ...ofShop,
    body: NoteBodySchema,
  }),
  reject: turning({
    operationId: 'rejectReturn',
    summary: 'Reject a return request, or the goods that came back',
    description: 'The member may take it to the platform.',
    ...ofShop,
    body: ReasonedBodySchema,
  }),
  confirm: turning({
    operationId: 'confirmReturn',
    summary: 'Confirm that the goods are back',
    description:
      'It is refunded, or what is exchanged is to be sent. Before the goods are sent: without them.',
    ...ofShop,
    body: NoteBodySchema,
  }),
  replace: turning({
    operationId: 'sendReplacement',
    summary: 'Give the number of the parcel with what was exchanged',
    ...ofShop,
    body: ParcelBodySchema,
  }),
  decide: turning({
    operationId: 'decideReturnDispute',
    summary: 'Decide the dispute about a return request',
    ...ofMember,
    body: DecideBodySchema,
  }),
}

const byMember = { access: ['member', 'service', 'operator'] } as const
const byShop = { access: ['merchant', 'service', 'operator'] } as const
const byOperator = { access: ['operator'] } as const

/** What is done about return requests: by the member, the shop, the platform. */
export function turnReturnsRoutes(http: Http, context: HttpContext): void {
  const turn: TurnByRequest = async (request, reply, asked) => {
    const { key, ...turned } = asked
    const { zone } = context.market
    const by = eventContext(context, request)
    const done = await turnReturn(by, turned, { idempotencyKey: key })
    if (!done.ok) return sendProblem(reply, refusedReturnRequest(done, zone))
    return reply.send(requestText(done.request, request.receivedAt, zone))
  }
  memberRoutes(http, turn)
  shopTurnRoutes(http, turn)
}

type TurnByRequest = (
  request: FastifyRequest,
  reply: FastifyReply,
  asked: TurnReturn & { readonly key: string },
) => Promise<unknown>

function memberRoutes(http: Http, turn: TurnByRequest): void {
  const own = '/members/:memberId/return-requests/:returnId'

  http.post(
    `${own}/withdrawal`,
    { schema: schemas.withdraw, config: byMember },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      return await turn(request, reply, { ...request.params, key, turn: 'withdraw' })
    },
  )

  http.post(`${own}/parcel`, { schema: schemas.send, config: byMember }, async (request, reply) => {
    const key = request.headers['idempotency-key']
    const { body: parcel, params } = request
    return await turn(request, reply, { ...params, key, turn: 'send', parcel })
  })

  http.post(
    `${own}/dispute`,
    { schema: schemas.escalate, config: byMember },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const { params, body } = request
      return await turn(request, reply, { ...params, ...body, key, turn: 'escalate' })
    },
  )

  http.post(
    `${own}/receipt`,
    { schema: schemas.receive, config: byMember },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      return await turn(request, reply, { ...request.params, key, turn: 'receive' })
    },
  )

  http.post(
    `${own}/decision`,
    { schema: schemas.decide, config: byOperator },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const { for: whom, note } = request.body
      const decided = whom === 'member' ? 'decideForMember' : 'decideForShop'
      return await turn(request, reply, { ...request.params, key, note, turn: decided })
    },
  )
}

function shopTurnRoutes(http: Http, turn: TurnByRequest): void {
  const shops = '/shops/:shopId/return-requests/:memberId/:returnId'

  for (const act of ['agree', 'confirm'] as const) {
    const path = act === 'agree' ? 'agreement' : 'confirmation'
    http.post(
      `${shops}/${path}`,
      { schema: schemas[act], config: byShop },
      async (request, reply) => {
        const key = request.headers['idempotency-key']
        return await turn(request, reply, { ...request.params, ...request.body, key, turn: act })
      },
    )
  }

  http.post(
    `${shops}/rejection`,
    { schema: schemas.reject, config: byShop },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const { params, body } = request
      return await turn(request, reply, { ...params, ...body, key, turn: 'reject' })
    },
  )

  http.post(
    `${shops}/replacement`,
    { schema: schemas.replace, config: byShop },
    async (request, reply) => {
      const key = request.headers['idempotency-key']
      const { body: parcel, params } = request
      return await turn(request, reply, { ...params, key, turn: 'replace', parcel })
    },
  )
}
