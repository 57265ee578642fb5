import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerId, type Role } from '#http/auth/caller.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import {
  ClawBackBodySchema,
  EarnBodySchema,
  GiveBackBodySchema,
  HoldBodySchema,
  isTurnedByItsOwn,
  PartBodySchema,
  SpendBodySchema,
} from '#http/wallets/command-bodies.ts'
import { AnswerSchema, WalletParamsSchema } from '#http/wallets/schemas.ts'
import { postForMember, refOfKey, type CommandBody } from '#operations/ledger/post-for-member.ts'

const wallet = '/members/:memberId/wallets/:program/:unit'

const programs: readonly Role[] = ['service', 'operator']
const everyone: readonly Role[] = ['member', 'service', 'operator']

const ofPosting: readonly ProblemCode[] = [
  ...ofBody,
  'members/unknown',
  'requests/key-reused',
  'ledger/ref-reused',
]
const ofDrawing: readonly ProblemCode[] = [
  'ledger/insufficient',
  'ledger/unknown-lot',
  'ledger/wallet-sealed',
]
const ofHold: readonly ProblemCode[] = [
  'ledger/unknown-hold',
  'ledger/hold-closed',
  'ledger/more-than-held',
]
const ofUndoing: readonly ProblemCode[] = [
  'ledger/unknown-reference',
  'ledger/more-than-left-to-undo',
]

const HoldParamsSchema = WalletParamsSchema.extend({
  ref: z
    .string()
    .min(1)
    .max(600)
    .refine((ref) => !isTurnedByItsOwn(ref), {
      error: 'What is held for a trade or an event is spent or let go with it.',
    })
    .meta({ description: 'The reference of the hold.' }),
})

/** Everything that posts: each goes through one operation, which decides and records. */
export function postCommandRoutes(http: Http, context: HttpContext): void {
  http.post(
    `${wallet}/earns`,
    posting('earn', 'Put into a wallet', programs, WalletParamsSchema, EarnBodySchema, [
      'ledger/wallet-sealed',
      'ledger/expiry-before-activation',
      'ledger/balance-too-large',
    ]),
    (request, reply) => post(context, request, reply, { kind: 'earn', ...request.body }),
  )
  http.post(
    `${wallet}/spends`,
    posting(
      'spend',
      'Spend from a wallet',
      everyone,
      WalletParamsSchema,
      SpendBodySchema,
      ofDrawing,
    ),
    (request, reply) => post(context, request, reply, { kind: 'spend', ...request.body }),
  )
  http.post(
    `${wallet}/holds`,
    posting('hold', 'Reserve for a purchase', everyone, WalletParamsSchema, HoldBodySchema, [
      ...ofDrawing,
      'ledger/hold-already-over',
    ]),
    (request, reply) => post(context, request, reply, { kind: 'hold', ...request.body }),
  )
  http.post(
    `${wallet}/holds/:ref/captures`,
    posting(
      'captureHold',
      'Spend what is held, all or a part',
      programs,
      HoldParamsSchema,
      PartBodySchema,
      ofHold,
      true,
    ),
    (request, reply) => {
      const { ref: of } = request.params
      return post(context, request, reply, { kind: 'capture', of, ...request.body })
    },
  )
  http.post(
    `${wallet}/holds/:ref/releases`,
    posting(
      'releaseHold',
      'Let go of what is held, all or a part',
      programs,
      HoldParamsSchema,
      PartBodySchema,
      ofHold,
      true,
    ),
    (request, reply) => {
      const { ref: of } = request.params
      return post(context, request, reply, { kind: 'release', of, ...request.body })
    },
  )
  http.post(
    `${wallet}/give-backs`,
    posting(
      'giveBack',
      'Give a spend or capture back, in part or whole',
      programs,
      WalletParamsSchema,
      GiveBackBodySchema,
      ofUndoing,
      true,
    ),
    (request, reply) => post(context, request, reply, { kind: 'giveBack', ...request.body }),
  )
  http.post(
    `${wallet}/claw-backs`,
    posting(
      'clawBack',
      'Take an earn back, in part or whole',
      programs,
      WalletParamsSchema,
      ClawBackBodySchema,
      ofUndoing,
      true,
    ),
    (request, reply) => post(context, request, reply, { kind: 'clawBack', ...request.body }),
  )
}

/** What the routes that post have in common: the key, the answer, the problems. */
function posting<Params extends z.ZodObject, Body extends z.ZodObject>(
  operationId: string,
  summary: string,
  access: readonly Role[],
  params: Params,
  body: Body,
  refusals: readonly ProblemCode[],
  endsFlow = false,
) {
  const schema = {
    operationId,
    summary,
    tags: ['Postings'],
    params,
    headers: IdempotencyHeadersSchema,
    body,
    response: answers(
      { 201: { description: 'Posted, now or by the same request before.', schema: AnswerSchema } },
      [...ofPosting, ...refusals],
    ),
  }
  return { schema, config: { access, endsFlow } }
}

type Posting = FastifyRequest & {
  readonly params: { readonly memberId: string; readonly program: string; readonly unit: string }
  readonly headers: { readonly 'idempotency-key': string }
}

async function post(
  context: HttpContext,
  request: Posting,
  reply: FastifyReply,
  body: CommandBody,
): Promise<FastifyReply> {
  const { memberId, program, unit } = request.params
  const caller = callerId(callerOf(request))
  const idempotencyKey = request.headers['idempotency-key']
  const ref = body.ref ?? refOfKey(caller, idempotencyKey)
  const answer = await postForMember(context, {
    key: { memberId, program, unit },
    body: { ...body, ref },
    caller,
    idempotencyKey,
    at: request.receivedAt,
  })
  request.server.metrics.posting(body.kind, answer.ok ? 'done' : 'refused')
  if (answer.ok) return reply.code(201).send({ ref, ...answer })

  // A refusal that is kept is the same occurrence whenever it is told again: its entry.
  const place = `/v1/members/${memberId}/wallets/${program}/${unit}/entries`
  const seq = 'seq' in answer ? answer.seq : undefined
  const kept = seq === undefined ? {} : { instance: `${place}/${seq}` }
  return sendProblem(reply, { ...answer, ...kept })
}
