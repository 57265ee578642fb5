import { z } from 'zod'
import type { KeptReceipt } from '#db/timeouts/receipts.ts'
import type { KeptRequest } from '#db/timeouts/requests.ts'
import type { ReturnStep } from '#db/timeouts/steps.ts'
import { InstantTextSchema, MemberIdSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { IdSchema, PositiveMoneySchema } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'
import { deliveryMethods } from '#rules/timeouts/methods.ts'
import { conditions } from '#rules/timeouts/policy.ts'
import {
  requestKinds,
  requestOutcomes,
  requestReasons,
  requestStatuses,
} from '#rules/timeouts/requested.ts'
import type { RunningTime } from '#rules/timeouts/table.ts'
import { waitsOf } from '#rules/timeouts/turn.ts'

const returnId = IdSchema.meta({
  description:
    'The commerce platform’s own id of the return; an instant refund of it has the same.',
  examples: ['r-1'],
})

const NoteSchema = z.string().min(1).max(500)
const QuantitySchema = z.int().min(1).max(10_000)

export const RequestParamsSchema = MemberParamsSchema.extend({ returnId })
export const ShopRequestParamsSchema = z.object({
  shopId: IdSchema,
  memberId: MemberIdSchema,
  returnId,
})
export const OrderParamsSchema = MemberParamsSchema.extend({ orderId: IdSchema })

const AskedLineSchema = z
  .union([
    z.strictObject({ line: IdSchema, quantity: QuantitySchema, sku: IdSchema.optional() }),
    z.strictObject({
      line: IdSchema,
      amount: PositiveMoneySchema.refine((fen) => fen > 0, {
        error: 'What is refunded is more than nothing.',
      }),
    }),
  ])
  .meta({ description: 'Units of a line, or money of it alone; `sku` is what an exchange brings.' })

export const AskReturnBodySchema = z
  .strictObject({
    returnId,
    orderId: IdSchema,
    kind: z.enum(requestKinds),
    reason: z.enum(requestReasons),
    condition: z.enum(conditions).optional(),
    lines: z.array(AskedLineSchema).min(1).max(100),
    note: NoteSchema.optional(),
  })
  .refine(({ lines }) => new Set(lines.map(({ line }) => line)).size === lines.length, {
    path: ['lines'],
    error: 'A line is named once.',
  })
  .refine(({ kind, lines }) => kind === 'refund' || lines.every((line) => 'quantity' in line), {
    path: ['lines'],
    error: 'Goods go back in units.',
  })
  .refine(
    ({ kind, lines }) =>
      lines.every((line) => (kind === 'exchange') === ('sku' in line && line.sku !== undefined)),
    { path: ['lines'], error: 'An exchange, and nothing else, names the sku of each line.' },
  )

export const NothingBodySchema = z.strictObject({})
export const NoteBodySchema = z.strictObject({ note: NoteSchema.optional() })
export const ReasonedBodySchema = z.strictObject({ note: NoteSchema })
export const ParcelBodySchema = z.strictObject({
  carrier: IdSchema,
  number: IdSchema.meta({ description: 'The number of the parcel.' }),
})
export const DecideBodySchema = z.strictObject({
  for: z.enum(['member', 'shop']),
  note: NoteSchema,
})

const WaitsSchema = z.object({
  what: z.enum([
    'answer',
    'escalate',
    'sendBack',
    'confirm',
    'replace',
    'receiveReplacement',
    'decide',
  ]),
  late: z.enum(['member', 'shop', 'platform']).meta({ description: 'Who is to do it.' }),
  dueAt: InstantTextSchema,
  leftSeconds: z.int().meta({ description: 'Below zero once it is due.' }),
  lapse: z
    .enum(['agreed', 'refunded', 'refused', 'lapsed', 'exchanged', 'none'])
    .meta({ description: 'What happens when it is not done by then.' }),
})

export const ReturnRequestSchema = z
  .object({
    memberId: z.string(),
    returnId: z.string(),
    orderId: z.string(),
    shopId: z.string(),
    kind: z.enum(requestKinds),
    reason: z.enum(requestReasons),
    condition: z.enum(conditions).nullable(),
    freightBy: z.enum(['member', 'shop', 'insurance']).nullable(),
    lines: z.array(
      z.object({
        line: z.string(),
        quantity: z.int().meta({ description: '0: money alone.' }),
        amountFen: z.int(),
        sku: z.string().nullable(),
      }),
    ),
    amountFen: z.int().meta({ description: 'What is asked for, or what the goods cost.' }),
    refundedFen: z.int().nullable(),
    note: z.string().nullable(),
    status: z.enum(requestStatuses),
    outcome: z.enum(requestOutcomes).nullable(),
    waitsFor: WaitsSchema.nullable(),
    askedAt: InstantTextSchema,
    answeredAt: InstantTextSchema.nullable(),
    answeredBy: z.enum(['shop', 'platform', 'timeOut']).nullable(),
    sentAt: InstantTextSchema.nullable(),
    arrivedAt: InstantTextSchema.nullable(),
    disputedAt: InstantTextSchema.nullable(),
    disputeOutcome: z.enum(['forMember', 'forShop']).nullable(),
    decidedAt: InstantTextSchema.nullable(),
    closedAt: InstantTextSchema.nullable(),
    policy: z.string().meta({ examples: ['timeouts@1'] }),
  })
  .meta({ id: 'ReturnRequest', description: 'A return, exchange or refund asked of a shop.' })

export const ReturnStepSchema = z
  .object({
    n: z.int(),
    turn: z.string(),
    status: z.string().meta({ description: 'The status or outcome that followed.' }),
    at: InstantTextSchema,
    actor: z.string(),
    told: z.record(z.string(), z.unknown()),
    note: z.string().nullable(),
  })
  .meta({ id: 'ReturnStep', description: 'What was done about a return request; never changed.' })

export const RequestWithStepsSchema = z.object({
  request: ReturnRequestSchema,
  steps: z.array(ReturnStepSchema),
})

export const TimeSchema = z
  .object({
    what: z.enum([
      'pay',
      'ship',
      'trace',
      'receive',
      'returnWithoutReason',
      ...WaitsSchema.shape.what.options,
    ]),
    late: WaitsSchema.shape.late,
    dueAt: InstantTextSchema,
    leftSeconds: z.int(),
    lapse: z.enum([
      'tradeClosed',
      'shipsLate',
      'received',
      'rightEnds',
      ...WaitsSchema.shape.lapse.options,
    ]),
    returnId: z.string().optional(),
    pausedAt: InstantTextSchema.optional().meta({
      description: 'It stands still since then, and its due instant moves on until it goes on.',
    }),
  })
  .meta({ id: 'RunningTime', description: 'A time-out that runs, and what happens at its lapse.' })

export const ReceiptSchema = z
  .object({
    memberId: z.string(),
    orderId: z.string(),
    method: z.enum(deliveryMethods),
    fromAt: InstantTextSchema,
    dueAt: InstantTextSchema,
    pausedAt: InstantTextSchema.nullable(),
    extendedDays: z.int().nullable(),
    mostDays: z.int(),
    exception: z.string().nullable().meta({ description: 'The window of the policy it is by.' }),
    policy: z.string(),
    endedAt: InstantTextSchema.nullable(),
    outcome: z.enum(['told', 'closed', 'timeOut']).nullable(),
  })
  .meta({ id: 'Receipt', description: 'The time to confirm that an order has come.' })

/** A request as it is told at an instant. */
export function requestText(
  request: KeptRequest,
  now: Temporal.Instant,
  zone: string,
): z.input<typeof ReturnRequestSchema> {
  const text = (at: Temporal.Instant | null) => (at === null ? null : instantToText(at, zone))
  const waits = waitsOf(request)
  const { dueAt } = request
  const due = dueAt === null ? undefined : dueText(dueAt, now, zone)
  return {
    memberId: request.memberId,
    returnId: request.returnId,
    orderId: request.orderId,
    shopId: request.shopId,
    kind: request.kind,
    reason: request.reason,
    condition: request.condition,
    freightBy: request.freightBy,
    lines: request.lines.map(({ lineId: line, quantity, amountFen, sku }) => {
      return { line, quantity, amountFen, sku }
    }),
    amountFen: request.amountFen,
    refundedFen: request.refundedFen,
    note: request.note,
    status: request.status,
    outcome: request.outcome,
    waitsFor: waits === undefined || due === undefined ? null : { ...waits, ...due },
    askedAt: instantToText(request.askedAt, zone),
    answeredAt: text(request.answeredAt),
    answeredBy: request.answeredBy,
    sentAt: text(request.sentAt),
    arrivedAt: text(request.arrivedAt),
    disputedAt: text(request.disputedAt),
    disputeOutcome: request.disputeOutcome,
    decidedAt: text(request.decidedAt),
    closedAt: text(request.closedAt),
    policy: request.policy,
  }
}

/** A step as it is told. */
export function stepText(step: ReturnStep, zone: string): z.input<typeof ReturnStepSchema> {
  const { n, turn, status, at, actor, told, note } = step
  const facts = JSON.parse(told) as Record<string, unknown>
  return { n, turn, status, at: instantToText(at, zone), actor, told: facts, note }
}

/** A time-out as it is told at an instant. */
export function timeText(
  time: RunningTime,
  now: Temporal.Instant,
  zone: string,
): z.input<typeof TimeSchema> {
  const { what, late, lapse, returnId: of, pausedAt, dueAt } = time
  return {
    what,
    late,
    lapse,
    ...dueText(dueAt, now, zone),
    ...(of === undefined ? {} : { returnId: of }),
    ...(pausedAt === undefined ? {} : { pausedAt: instantToText(pausedAt, zone) }),
  }
}

/** The time to confirm a receipt as it is told. */
export function receiptText(receipt: KeptReceipt, zone: string): z.input<typeof ReceiptSchema> {
  const { shopId: _, remindAt: _remind, fromAt, dueAt, pausedAt, endedAt, ...told } = receipt
  return {
    ...told,
    fromAt: instantToText(fromAt, zone),
    dueAt: instantToText(dueAt, zone),
    pausedAt: pausedAt === null ? null : instantToText(pausedAt, zone),
    endedAt: endedAt === null ? null : instantToText(endedAt, zone),
  }
}

function dueText(dueAt: Temporal.Instant, now: Temporal.Instant, zone: string) {
  const leftSeconds = Math.floor((dueAt.epochMilliseconds - now.epochMilliseconds) / 1_000)
  return { dueAt: instantToText(dueAt, zone), leftSeconds }
}
