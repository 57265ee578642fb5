import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { presalesByIds } from '#db/trades/presales.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem, type ProblemCode } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema, ofBody } from '#http/route.ts'
import { eventContext } from '#http/trades/schemas.ts'
import { InstantTextSchema, MemberIdSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { bookPresale, endPresale, payDeposit, type Booked } from '#operations/trades/presales.ts'
import { IdSchema } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'
import { BookBodySchema, EndPresaleBodySchema, PayDepositBodySchema } from '#rules/trades/body.ts'
import type { Booking } from '#rules/trades/booking.ts'
import type { KeyReused } from '#operations/requests/keyed.ts'

const memberId = MemberIdSchema

const PresaleSchema = z
  .object({
    presaleId: z.string(),
    status: z.enum(['booked', 'deposited', 'bought', 'settled', 'defaulted', 'closed']),
    line: z.object({
      sku: z.string(),
      shop: z.string(),
      category: z.string(),
      quantity: z.int(),
      price: z.int(),
      deposit: z.int(),
      worth: z.int().optional(),
      instantOff: z.int().optional(),
    }),
    depositFen: z.int(),
    bookedAt: InstantTextSchema,
    balanceFrom: InstantTextSchema,
    balanceTo: InstantTextSchema,
    depositPaidAt: InstantTextSchema.nullable(),
    tradeId: z.string().nullable(),
    endedAt: InstantTextSchema.nullable(),
    outcome: z
      .object({
        depositGoesTo: z.enum(['member', 'shop']),
        refundFen: z.int(),
        compensationFen: z.int(),
      })
      .nullable(),
  })
  .meta({ id: 'Presale', description: 'A presale that a member booked.' })

const PresaleParamsSchema = z.object({ presaleId: IdSchema })
const given = { description: 'The booking as it is now.', schema: PresaleSchema }
const ofPresale: readonly ProblemCode[] = [...ofBody, 'requests/key-reused']

const bookSchema = {
  operationId: 'bookPresale',
  summary: 'Book a presale',
  description:
    'One line with its deposit, and when its balance is to be paid: by a line of a trade that names the `booking`, together with whatever else is bought.',
  tags: ['Trades'],
  headers: IdempotencyHeadersSchema,
  body: BookBodySchema.extend({ memberId }),
  response: answers({ 201: given }, [
    ...ofPresale,
    'presales/id-reused',
    'declarations/other-price',
    'declarations/sold-out',
    'presales/terms-not-allowed',
    'members/sealed',
  ]),
}

const depositSchema = {
  operationId: 'payDeposit',
  summary: 'Pay the deposit of a presale',
  tags: ['Trades'],
  params: PresaleParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: PayDepositBodySchema.omit({ presaleId: true }).extend({ memberId }),
  response: answers({ 200: given }, [
    ...ofPresale,
    'presales/unknown',
    'presales/already-paid',
    'presales/closed',
  ]),
}

const endSchema = {
  operationId: 'endPresale',
  summary: 'End a presale by the fault of the shop',
  description:
    'It does not sell what was booked (`shopDefaults`), or sent it too late (`shopLate`, after the balance was paid). The outcome says what it owes; `refundFen` of a late one is a return of the line, done with the ending, and refused once units of it came back.',
  tags: ['Trades'],
  params: PresaleParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: EndPresaleBodySchema.omit({ presaleId: true }).extend({ memberId }),
  response: answers({ 200: given }, [
    ...ofPresale,
    'presales/unknown',
    'presales/closed',
    'presales/not-deposited',
    'presales/not-bought',
    'returns/already-returned',
  ]),
}

const readSchema = {
  operationId: 'getPresale',
  summary: 'A presale that a member booked',
  tags: ['Trades'],
  params: MemberParamsSchema.extend(PresaleParamsSchema.shape),
  response: answers({ 200: given }, ['presales/unknown']),
}

export function presaleRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const config = { access: ['service', 'operator'] } as const
  const told = (reply: FastifyReply, status: 200 | 201, booked: Booked | KeyReused) => {
    if (booked.ok) return reply.code(status).send(presaleText(booked.booking, market.zone))
    const { ok: _, refusal, ...more } = booked
    return sendProblem(reply, { refusal, more })
  }

  http.post('/presales', { schema: bookSchema, config }, async (request, reply) => {
    const { memberId: buyer, ...body } = request.body
    const key = { idempotencyKey: request.headers['idempotency-key'] }
    const asked = { memberId: buyer, body }
    return told(reply, 201, await bookPresale(eventContext(context, request), asked, key))
  })

  http.post(
    '/presales/:presaleId/deposits',
    { schema: depositSchema, config },
    async (request, reply) => {
      const { memberId: buyer, ...rest } = request.body
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const asked = { memberId: buyer, body: { ...request.params, ...rest } }
      return told(reply, 200, await payDeposit(eventContext(context, request), asked, key))
    },
  )

  http.post(
    '/presales/:presaleId/endings',
    { schema: endSchema, config },
    async (request, reply) => {
      const { memberId: buyer, ...rest } = request.body
      const key = { idempotencyKey: request.headers['idempotency-key'] }
      const asked = { memberId: buyer, body: { ...request.params, ...rest } }
      return told(reply, 200, await endPresale(eventContext(context, request), asked, key))
    },
  )

  http.get(
    '/members/:memberId/presales/:presaleId',
    { schema: readSchema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const [booking] = await presalesByIds(db, request.params.memberId, [request.params.presaleId])
      if (booking === undefined) return sendProblem(reply, { refusal: 'presales/unknown' })
      return reply.send(presaleText(booking, market.zone))
    },
  )
}

function presaleText(booking: Booking, zone: string): z.input<typeof PresaleSchema> {
  const { fingerprint: _f, depositRef: _d, ...told } = booking
  const textOf = (instant: Temporal.Instant | null): string | null =>
    instant === null ? null : instantToText(instant, zone)
  return {
    ...told,
    bookedAt: instantToText(booking.bookedAt, zone),
    balanceFrom: instantToText(booking.balanceFrom, zone),
    balanceTo: instantToText(booking.balanceTo, zone),
    depositPaidAt: textOf(booking.depositPaidAt),
    endedAt: textOf(booking.endedAt),
  }
}
