import { z } from 'zod'
import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import {
  DayOutSchema,
  FenOutSchema,
  InstantOutSchema,
  PointsOutSchema,
  RefSchema,
} from '#rules/decide/fields.ts'
import { asFen } from '#rules/money/fen.ts'
import { noPoints, type Points } from '#rules/money/points.ts'
import { wholePpm } from '#rules/money/rate.ts'
import { isCountable, owedBack, type Earned, type EarnLine } from '#rules/points/earn.ts'
import { earnDuring, eventFor, policyDuring } from '#rules/points/event.ts'
import { activeFrom, lastDayOf } from '#rules/points/expiry.ts'
import { PointsEventSchema, type PointsPolicy } from '#rules/points/policy.ts'
import { InstantSchema, PositiveMoneySchema, RateSchema } from '#rules/fields.ts'
import { instantToText, isBefore } from '#rules/time/instants.ts'

const LineSchema = z.strictObject({
  id: RefSchema,
  category: RefSchema.default('ordinary'),
  paid: PositiveMoneySchema,
  /** The merchant's multiple of the ordinary points. */
  multiple: RateSchema.refine((multiple) => multiple >= wholePpm, {
    error: 'A multiple is one or more.',
  }).prefault(1),
  /** Returned before receipt: it does not earn. */
  refundedBefore: PositiveMoneySchema.prefault('0.00'),
  /** Returned after the points were earned: they are owed back. */
  refundedAfter: PositiveMoneySchema.prefault('0.00'),
})

const EventSchema = z.strictObject({
  slug: z.string().min(1).max(64),
  optedAt: InstantSchema,
  event: PointsEventSchema,
})

const InputSchema = z.strictObject({
  receivedAt: InstantSchema.nullable(),
  lines: z.array(LineSchema).max(10_000).superRefine(eachIdOnce),
  /** Events that the member joined. */
  events: z.array(EventSchema).max(100).default([]),
})

const OutputSchema = z.strictObject({
  ok: z.boolean(),
  refusal: z
    .enum(['points/not-received', 'points/refunded-more-than-paid', 'points/too-many'])
    .optional(),
  points: PointsOutSchema.optional(),
  byLine: z.record(z.string(), PointsOutSchema).optional(),
  clawBack: PointsOutSchema.optional(),
  clawBackByLine: z.record(z.string(), PointsOutSchema).optional(),
  costFen: FenOutSchema.optional(),
  activeAt: InstantOutSchema.nullable().optional(),
  expiresAt: InstantOutSchema.nullable().optional(),
  lastDay: DayOutSchema.nullable().optional(),
  why: z.looseObject({ lines: z.array(z.looseObject({})) }).optional(),
  /** Of `points/refunded-more-than-paid`. */
  line: z.string().optional(),
  paidFen: FenOutSchema.optional(),
  refundedFen: FenOutSchema.optional(),
})

type Input = z.output<typeof InputSchema>
type Output = z.input<typeof OutputSchema>
type Line = Input['lines'][number]

/** What lines earn on receipt, when it lapses, and what a refund afterwards owes back (PT-1 to PT-13). */
export const earnDecision = decision({
  name: 'earn',
  summary: 'the points that lines earn on receipt, and what refunds owe back',
  policy: 'points',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: (input, context): Output => {
    const { receivedAt } = input
    if (receivedAt === null) return notReceived(input.lines)
    const excess = input.lines.find((line) => refundedOf(line) > line.paid)
    if (excess !== undefined) return refundedMoreThanPaid(excess)

    const base = policyOf(context, 'points')
    const joined = input.events.map((each) => ({ ...each, policy: `points-event:${each.slug}` }))
    const chosen = eventFor(joined, receivedAt)
    const policy = chosen === undefined ? base : policyDuring(base, chosen.event)
    const lines = input.lines.map(earnLineOf)
    if (!isCountable(lines, policy) || !isCountable(lines, base)) {
      return { ok: false, refusal: 'points/too-many' }
    }

    const earned = earnDuring(lines, base, joined, receivedAt, context.zone)
    return answer(input.lines, earned, policy, receivedAt, context)
  },
})

function answer(
  lines: readonly Line[],
  earned: Earned,
  policy: PointsPolicy,
  receivedAt: Temporal.Instant,
  { zone }: DecisionContext,
): Output {
  const { expiresAt } = earned
  const activeAt = activeFrom(receivedAt, policy, zone)
  const owed = lines.map((line) => [line.id, owedOf(line, earned, policy)] as const)
  return {
    ok: true,
    points: earned.points,
    byLine: Object.fromEntries(earned.byLine),
    clawBack: owed.reduce((sum, [, points]) => sum + points, 0),
    clawBackByLine: Object.fromEntries(owed.filter(([, points]) => points > 0)),
    costFen: earned.costFen,
    ...(isBefore(receivedAt, activeAt) ? { activeAt: instantToText(activeAt, zone) } : {}),
    expiresAt: expiresAt === null ? null : instantToText(expiresAt, zone),
    lastDay: lastDayOf(expiresAt, zone)?.toString() ?? null,
    why: { ...earned.why, lines: earned.why.lines.map((line) => ({ ...line })) },
  }
}

function owedOf(line: Line, earned: Earned, policy: PointsPolicy): Points {
  const kept = asFen(line.paid - refundedOf(line))
  return owedBack(earned.byLine.get(line.id) ?? noPoints, earnLineOf(line), kept, policy)
}

function earnLineOf(line: Line): EarnLine {
  return {
    id: line.id,
    category: line.category,
    paidFen: line.paid,
    refundedFen: line.refundedBefore,
    multiplePpm: line.multiple,
  }
}

function notReceived(lines: readonly Line[]): Output {
  return {
    ok: false,
    refusal: 'points/not-received',
    points: 0,
    byLine: Object.fromEntries(lines.map((line) => [line.id, 0])),
    clawBack: 0,
    costFen: 0,
    expiresAt: null,
  }
}

function refundedMoreThanPaid(line: Line): Output {
  return {
    ok: false,
    refusal: 'points/refunded-more-than-paid',
    line: line.id,
    paidFen: line.paid,
    refundedFen: refundedOf(line),
  }
}

function refundedOf(line: Line): number {
  return line.refundedBefore + line.refundedAfter
}

function eachIdOnce(lines: readonly { readonly id: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>()
  lines.forEach((line, index) => {
    if (seen.has(line.id)) {
      const message = `Another line has the id ${JSON.stringify(line.id)}.`
      context.addIssue({ code: 'custom', path: [index, 'id'], input: line.id, message })
    }
    seen.add(line.id)
  })
}
