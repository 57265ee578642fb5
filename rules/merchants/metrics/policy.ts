import { z } from 'zod'
import { IdSchema, TitleSchema } from '#rules/fields.ts'
import { counterNames } from '#rules/merchants/metrics/counter-names.ts'
import { fractionFromText, type Fraction } from '#rules/merchants/metrics/fraction.ts'

/** A number with decimals, exact: "4.60". */
export const DecimalSchema = z
  .union([z.string(), z.number()])
  .transform((written, context): Fraction => {
    const read = fractionFromText(String(written))
    if (read !== undefined) return read
    context.addIssue('A figure is a decimal text such as "4.60", with at most six decimals.')
    return z.NEVER
  })
  .meta({ description: 'Decimal text ("4.60"), at most six digits after the point.' })

const MetricNameSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, {
  error: 'A metric has a name of letters and digits, beginning with a small letter.',
})
const CounterSchema = z.enum(counterNames)
const windowDays = z.int().min(1).max(366)
const about = {
  name: MetricNameSchema,
  title: TitleSchema,
  better: z.enum(['higher', 'lower']),
  /** What is told as the next to reach, the easiest first. */
  levels: z.array(DecimalSchema).max(20).default([]),
}

const MetricSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...about,
    kind: z.literal('ratio'),
    of: CounterSchema,
    per: CounterSchema,
    windowDays,
    unit: z.enum(['share', 'mean', 'hours']).default('share'),
    /** With fewer there is no figure. */
    leastPer: z.int().min(1).max(1_000_000).default(1),
  }),
  z.strictObject({ ...about, kind: z.literal('sum'), of: CounterSchema, windowDays }),
  z.strictObject({ ...about, kind: z.literal('told') }),
  z.strictObject({ ...about, kind: z.literal('openDays') }),
])

export type MetricTerms = z.output<typeof MetricSchema>

const PartSchema = z.strictObject({
  metric: MetricNameSchema,
  weight: z.int().min(1).max(1_000),
  /** The first band that fits gives the score; without bands the percentile in the category does. */
  bands: z
    .array(
      z.strictObject({
        atLeast: DecimalSchema.optional(),
        atMost: DecimalSchema.optional(),
        score: z.int().min(0).max(100),
      }),
    )
    .max(50)
    .optional(),
})

export type IndexPart = z.output<typeof PartSchema>

const IndexSchema = z.strictObject({
  parts: z.array(PartSchema).min(1).max(20),
  /** A part of which nothing is known leaves its weight to the others, or leaves the index unknown. */
  missing: z.enum(['leaveOut', 'unknown']).default('leaveOut'),
})

export type IndexTerms = z.output<typeof IndexSchema>

const dimensions = ['description', 'service', 'delivery'] as const
const reserved = new Set<string>([...dimensions, 'afterSales', 'ranking', 'sales', 'dsr'])

/** Policy `merchantMetrics`: what is measured of shops, over which days, and how it is compared. */
export const MerchantMetricsPolicySchema = z
  .strictObject({
    dsr: z
      .strictObject({
        windowDays: windowDays.default(180),
        /** Of a member and a shop so many count for each calendar month of success. */
        mostPerPairMonth: z.int().min(1).max(1_000).default(3),
        rateWithinDays: z.int().min(1).max(365).default(15),
        levels: z.array(DecimalSchema).max(20).default([]),
      })
      .prefault({}),
    shipping: z
      .strictObject({
        withinHours: z.int().min(1).max(2_400).default(48),
        exceptCategories: z.array(IdSchema).max(1_000).default([]),
      })
      .prefault({}),
    metrics: z.array(MetricSchema).max(50).default([]),
    salesWindows: z.array(windowDays).max(10).default([30, 90, 180, 365]),
    afterSales: IndexSchema.optional(),
    ranking: IndexSchema.optional(),
    /** What a percentile says of shops that are level. */
    ties: z.enum(['half', 'below', 'atOrBelow']).default('half'),
    /** After so long figures of the day are made again, should what they rest on have changed. */
    remakeAfterMinutes: z.int().min(1).max(1_440).default(60),
    /** Figures of so many days are kept, and those of Mondays for as many weeks. */
    keepDays: z.int().min(2).max(366).default(13),
  })
  .superRefine((policy, context) => {
    const names = policy.metrics.map((each) => each.name)
    for (const [index, name] of names.entries()) {
      const twice = names.indexOf(name) !== index
      if (twice || reserved.has(name)) {
        const message = twice ? 'Two metrics have this name.' : 'This name is one of the system.'
        context.addIssue({ code: 'custom', path: ['metrics', index, 'name'], message })
      }
    }
    const known = new Set([...names, ...dimensions])
    for (const part of [
      ...(policy.afterSales?.parts ?? []),
      ...(policy.ranking?.parts ?? []).filter((each) => each.metric !== 'afterSales'),
    ]) {
      if (known.has(part.metric)) continue
      const message = `There is no metric "${part.metric}".`
      context.addIssue({ code: 'custom', path: ['metrics'], message })
    }
  })

export type MerchantMetricsPolicy = z.output<typeof MerchantMetricsPolicySchema>
