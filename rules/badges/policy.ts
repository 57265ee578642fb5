import { z } from 'zod'
import {
  DurationSchema,
  nameOf,
  PositiveMoneySchema,
  RateSchema,
  TitleSchema,
} from '#rules/fields.ts'

/** What members do that is worth a badge (BG-1). There is no other: signing in gives nobody anything. */
export const behaviours = [
  'purchase',
  'review',
  'highValueReview',
  'answer',
  'post',
  'share',
  'liveView',
] as const

export type Behaviour = (typeof behaviours)[number]

const BehaviourNameSchema = z.enum(behaviours)

const count = z.int().min(1).max(1_000_000_000)
const maximum = z.int().min(1).max(100_000)

const BehaviourSchema = z.strictObject({
  core: z.literal(true, {
    error: 'A behaviour is marked as core with "core": true, and "gives" says what it gives.',
  }),
  gives: TitleSchema.meta({ description: 'The reason: what it gives the platform.' }),
  points: z.int().min(0).max(1_000_000).meta({ description: 'Badge points each time.' }),
  perDay: maximum,
  perMonth: maximum.optional(),
  leastPaid: PositiveMoneySchema.optional().meta({
    description: 'Of a purchase: from what amount kept it counts.',
  }),
})

/** By name; what is no core behaviour is refused with the reason (BG-1). */
const BehavioursSchema = z
  .record(z.string(), BehaviourSchema)
  .superRefine((of, context) => {
    for (const name of Object.keys(of)) {
      if (BehaviourNameSchema.safeParse(name).success) continue
      context.addIssue({ code: 'custom', path: [name], message: notCore })
    }
  })
  .transform((of) => of as Readonly<Partial<Record<Behaviour, z.output<typeof BehaviourSchema>>>>)
  .meta({ description: `What gives badge points: ${behaviours.join(', ')}.` })

const notCore = `Badges are for core behaviour: ${behaviours.join(', ')}. What gives the platform nothing, such as signing in, draws point hunters.`

/** A duration that is the same everywhere: of weeks at most, by the clock. In milliseconds. */
const ClockDurationSchema = DurationSchema.refine(
  ({ years, months, weeks }) => years + months + weeks === 0,
  { error: 'Days, hours, minutes and seconds: PT1H, P7D.' },
)
  .transform((duration) => duration.total('milliseconds'))
  .refine((ms) => ms > 0 && ms <= longestMs, { error: 'More than nothing, and at most 400 days.' })

const longestMs = 400 * 86_400_000

const of = z.union([
  BehaviourNameSchema.transform((one) => [one]),
  z.array(BehaviourNameSchema).min(1).max(behaviours.length),
])

const ConditionSchema = z.discriminatedUnion('count', [
  z.strictObject({
    count: z.enum(['times', 'days']),
    of,
    withinDays: z.int().min(1).max(3_660).optional(),
  }),
  z.strictObject({ count: z.literal('monthsInRow'), of }),
  z.strictObject({
    count: z.literal('categories'),
    withinDays: z.int().min(1).max(3_660).optional(),
  }),
  z.strictObject({ count: z.literal('points') }),
])

export type Condition = z.output<typeof ConditionSchema>

export const steps = ['bronze', 'silver', 'gold'] as const
export type Step = (typeof steps)[number]

const StepsSchema = z
  .strictObject({ bronze: count.optional(), silver: count.optional(), gold: count.optional() })
  .refine((of) => isRising(steps.flatMap((step) => of[step] ?? [])), {
    error: 'A badge has a step, and each asks for more than the one before.',
  })

const BadgeSchema = z.strictObject({
  title: TitleSchema,
  condition: ConditionSchema,
  steps: StepsSchema,
})

const LevelsSchema = z.strictObject({
  by: z.enum(['points', 'badges']),
  ladder: z
    .array(z.strictObject({ name: nameOf(40), title: TitleSchema, from: z.int().min(0).max(1e12) }))
    .max(50)
    .refine((ladder) => ladder.length === 0 || isRising(ladder.map((each) => each.from)), {
      error: 'Each level asks for more than the one before.',
    })
    .refine((ladder) => new Set(ladder.map((each) => each.name)).size === ladder.length, {
      error: 'Two levels have the same name.',
    }),
})

/** Purchases undo themselves when they are refunded; what is watched costs nothing to do. */
const WatchedSchema = z
  .array(z.enum(['review', 'highValueReview', 'answer', 'post', 'share', 'liveView']))
  .min(1)
  .max(6)

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, {
  error: 'A name is made of a-z, 0-9 and hyphens.',
})
const moreThan = z.int().min(0).max(1_000_000)
const within = ClockDurationSchema

const WatchRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ name, kind: z.literal('burst'), of: WatchedSchema, moreThan, within }),
  z.strictObject({
    name,
    kind: z.literal('ring'),
    of: WatchedSchema,
    /** More than so many members. */
    moreThan: moreThan.min(1),
    within,
    on: z.enum(['subject', 'shop', 'device']).default('subject'),
  }),
  z.strictObject({ name, kind: z.literal('reviewWithoutOrder'), moreThan, within }),
  z.strictObject({
    name,
    kind: z.literal('reviewTooSoon'),
    sooner: ClockDurationSchema,
    moreThan,
    within,
  }),
])

export type WatchRule = z.output<typeof WatchRuleSchema>
export type RingRule = Extract<WatchRule, { readonly kind: 'ring' }>

const ReportSchema = z.strictObject({
  followDays: z.int().min(1).max(366).default(30),
  leastFacts: z.int().min(1).max(1_000_000).default(100),
  leastFenPerPoint: PositiveMoneySchema.optional(),
  mostAtCap: RateSchema.optional(),
  mostStruck: RateSchema.optional(),
  mostBurstIndex: RateSchema.optional(),
})

/** The policy `badges`: what counts, what it gives, what is watched, and what pays too much. */
export const BadgesPolicySchema = z
  .strictObject({
    behaviours: BehavioursSchema,
    badges: z.record(name, BadgeSchema),
    levels: LevelsSchema.default({ by: 'points', ladder: [] }),
    watch: z
      .array(WatchRuleSchema)
      .max(50)
      .refine((rules) => new Set(rules.map((rule) => rule.name)).size === rules.length, {
        error: 'Two rules have the same name.',
      })
      .default([]),
    review: z.strictObject({ reversalByAnother: z.boolean() }).default({ reversalByAnother: true }),
    report: ReportSchema.default(ReportSchema.parse({})),
  })
  .superRefine(({ behaviours: known, badges }, context) => {
    for (const other of [
      'review',
      'highValueReview',
      'answer',
      'post',
      'share',
      'liveView',
    ] as const) {
      if (known[other]?.leastPaid === undefined) continue
      context.addIssue({
        code: 'custom',
        path: ['behaviours', other, 'leastPaid'],
        message: 'Only a purchase has an amount.',
      })
    }
    for (const [badge, { condition }] of Object.entries(badges)) {
      const missing = behavioursOf(condition).find((each) => known[each] === undefined)
      if (missing === undefined) continue
      context.addIssue({
        code: 'custom',
        path: ['badges', badge, 'condition', 'of'],
        message: `"${missing}" is no behaviour of this policy.`,
      })
    }
  })

export type BadgesPolicy = z.output<typeof BadgesPolicySchema>

/** What a condition looks at; none: at the badge points of all. */
export function behavioursOf(condition: Condition): readonly Behaviour[] {
  if (condition.count === 'points') return []
  return condition.count === 'categories' ? ['purchase'] : condition.of
}

function isRising(numbers: readonly number[]): boolean {
  return (
    numbers.length > 0 && numbers.every((each, at) => at === 0 || each > (numbers[at - 1] ?? 0))
  )
}
