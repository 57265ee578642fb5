import { z } from 'zod'
import { decision, policyOf } from '#rules/decide/decision.ts'
import { DayOutSchema, FenOutSchema, PointsOutSchema, RefSchema } from '#rules/decide/fields.ts'
import { DaySchema, InstantSchema, PositiveMoneySchema } from '#rules/fields.ts'
import { explainScore, type Why } from '#rules/members/score/explain.ts'
import { compareFacts, type ScoreFact } from '#rules/members/score/facts.ts'
import { scoreMember } from '#rules/members/score/score.ts'
import { windowFor } from '#rules/members/score/window.ts'
import { dayNumberAt, dayNumberOf } from '#rules/time/day-numbers.ts'

const NumberSchema = z.int().min(0).max(1_000_000)

const PurchaseSchema = z
  .strictObject({
    type: z.literal('purchase'),
    /** When the order was received: that is when a trade has succeeded. */
    at: InstantSchema,
    order: RefSchema,
    shop: RefSchema,
    category: RefSchema.default('ordinary'),
    amount: PositiveMoneySchema,
    refunded: PositiveMoneySchema.prefault('0.00'),
    /** Without it the policy's `virtualCategories` say what the category is. */
    physical: z.boolean().optional(),
  })
  .refine(({ amount, refunded }) => refunded <= amount, {
    path: ['refunded'],
    error: 'No more is refunded than was paid.',
  })

const happened = {
  at: InstantSchema,
  /** How often on that day. */
  count: NumberSchema.default(1),
  ref: RefSchema.optional(),
  subject: RefSchema.optional(),
}

const ReviewSchema = z.strictObject({
  ...happened,
  type: z.literal('review'),
  order: RefSchema.optional(),
  highValue: z.boolean().default(false),
})

const ConductSchema = z.strictObject({
  ...happened,
  type: z.enum(['share', 'post', 'answer', 'liveView', 'maliciousReview', 'brokenPromise']),
})

const FactSchema = z.discriminatedUnion('type', [PurchaseSchema, ReviewSchema, ConductSchema])

const InputSchema = z.strictObject({
  asOf: DaySchema,
  facts: z.array(FactSchema).max(100_000).superRefine(countable).default([]),
  credit: z
    .strictObject({
      grade: z.string().max(64).optional(),
      unpaidAdvances: NumberSchema.default(0),
      maliciousReviews: NumberSchema.default(0),
      brokenPromises: NumberSchema.default(0),
    })
    .prefault({}),
})

const numbers = z.record(z.string(), z.int())

const WhySchema = z.strictObject({
  part: z.enum(['purchase', 'reward', 'base', 'window']),
  rule: z.string(),
  saw: z.int().optional(),
  amountFen: FenOutSchema.optional(),
  counted: z.int().optional(),
  countedAmountFen: FenOutSchema.optional(),
  points: PointsOutSchema.optional(),
  amountPerPointFen: FenOutSchema.optional(),
  gave: PointsOutSchema,
  limit: PointsOutSchema.optional(),
  held: numbers.optional(),
  heldAmountFen: numbers.optional(),
  grade: z.string().optional(),
  gradeFrom: z.enum(['told', 'usual', 'unknown']).optional(),
})

const OutputSchema = z.strictObject({
  ok: z.literal(true),
  score: PointsOutSchema,
  parts: z.strictObject({
    purchase: PointsOutSchema,
    reward: PointsOutSchema,
    base: PointsOutSchema,
  }),
  /** Both days included. */
  window: z.tuple([DayOutSchema, DayOutSchema]),
  /** Line by line; all that a part's lines gave add up to the part. */
  why: z.array(WhySchema),
  /** Whether the weights are a demonstration, because no market published any. */
  demonstration: z.boolean(),
})

type Input = z.output<typeof InputSchema>

/** A member's score on a day, from its facts, with why (MS-1 to MS-15). */
export const scoreDecision = decision({
  name: 'score',
  summary: "a member's score on a day, its parts, and why",
  policy: 'score',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: ({ asOf, facts, credit }, context): z.input<typeof OutputSchema> => {
    const policy = policyOf(context, 'score')
    const { from, to } = windowFor(asOf, policy)
    const window = { fromDay: dayNumberOf(from), toDay: dayNumberOf(to) }
    const sorted = facts.map((fact) => scoreFactOf(fact, context.zone)).toSorted(compareFacts)

    const told = [...sorted, ...toldOf(credit, window.toDay)]
    const { score, parts, figures } = scoreMember(told, creditOf(credit), window, policy)
    return {
      ok: true,
      score,
      parts,
      window: [from.toString(), to.toString()],
      why: explainScore(figures, policy).map(whyOut),
      demonstration: policy.demonstration,
    }
  },
})

function scoreFactOf(fact: Input['facts'][number], zone: string): ScoreFact {
  const day = dayNumberAt(fact.at, zone)
  if (fact.type === 'review') {
    const { type, count, highValue } = fact
    return { type, day, count, ...(highValue ? { highValue: count } : {}) }
  }
  if (fact.type !== 'purchase') return { type: fact.type, day, count: fact.count }
  const { type, order, shop, category, amount, refunded, physical } = fact
  return {
    type,
    day,
    order,
    shop,
    category,
    amountFen: amount - refunded,
    paidFen: amount,
    ...(physical === undefined ? {} : { physical }),
  }
}

/** What is told of a member's conduct as numbers, without days, counts in whatever window. */
function toldOf(credit: Input['credit'], day: number): readonly ScoreFact[] {
  return [
    { type: 'maliciousReview', day, count: credit.maliciousReviews },
    { type: 'brokenPromise', day, count: credit.brokenPromises },
  ]
}

function creditOf({ grade, unpaidAdvances }: Input['credit']) {
  return { unpaidAdvances, ...(grade === undefined ? {} : { grade }) }
}

function whyOut({ held, heldAmountFen, ...line }: Why): z.input<typeof WhySchema> {
  return {
    ...line,
    ...(held === undefined ? {} : { held: { ...held } }),
    ...(heldAmountFen === undefined ? {} : { heldAmountFen: { ...heldAmountFen } }),
  }
}

/** Amounts that no whole number holds are refused before they are added up. */
function countable(
  facts: readonly { readonly type: string; readonly amount?: number }[],
  context: z.RefinementCtx,
): void {
  let sum = 0
  facts.forEach(({ amount = 0 }, index) => {
    const before = sum
    sum += amount
    if (Number.isSafeInteger(sum) || !Number.isSafeInteger(before)) return
    const message = 'Up to here the amounts add up to more than can be counted.'
    context.addIssue({ code: 'custom', path: [index, 'amount'], input: amount, message })
  })
}
