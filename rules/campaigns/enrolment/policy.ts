import { z } from 'zod'
import { DurationSchema, nameOf } from '#rules/fields.ts'
import { ratioFromText } from '#rules/campaigns/enrolment/ratio.ts'

/** A figure of a shop by its path: `dsr.description`. */
const MetricSchema = z.string().regex(/^(?!.*__proto__)[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/, {
  error: 'A metric is names with points between them: "dsr.description".',
})

const BoundSchema = z
  .union([z.string(), z.number()])
  .refine((written) => ratioFromText(String(written)) !== undefined, {
    error: 'A bound is a decimal number: 4.6 or "4.6".',
  })

const boundKeys = { atLeast: BoundSchema.optional(), atMost: BoundSchema.optional() }
const oneBound = { error: 'This says either `atLeast` or `atMost`.' }

function hasOneBound({ atLeast, atMost }: { atLeast?: unknown; atMost?: unknown }): boolean {
  return (atLeast === undefined) !== (atMost === undefined)
}

const DaysBackSchema = z.int().min(1).max(3_660)

/** One thing that is looked at (EL-2 to EL-6). */
const CriterionSchema = z
  .strictObject({
    name: nameOf(100),
    metric: MetricSchema,
    /** Only shops of this main category; it stands for the general one of the same name. */
    category: nameOf(100).optional(),
    ...boundKeys,
    /** Of a figure that is told day by day: the days before the reference day that are added up. */
    windowDays: DaysBackSchema.optional(),
    /** Only for these identities of the campaign; absent: for all. */
    identities: z.array(nameOf(60)).min(1).max(20).optional(),
    /** Looked at only if this holds. */
    when: z
      .strictObject({ metric: MetricSchema, ...boundKeys })
      .refine(hasOneBound, oneBound)
      .optional(),
    /** What a figure that nobody knows is: a shop without returns has no rate of them. */
    missing: z.enum(['fails', 'passes']).default('fails'),
  })
  .refine(hasOneBound, oneBound)

const BarFromSchema = z.int().min(1).max(1_000_000)

/** From so many points of a kind on a shop is barred (EL-1). */
const ViolationBarSchema = z
  .strictObject({
    /** The days before the reference day; absent: all there are. */
    days: DaysBackSchema.optional(),
    general: BarFromSchema.optional(),
    severe: BarFromSchema.optional(),
    fake: BarFromSchema.optional(),
  })
  .refine(
    ({ general, severe, fake }) => [general, severe, fake].some((each) => each !== undefined),
    {
      error: 'This bars nobody: it says `general`, `severe` or `fake`.',
    },
  )

const PlacesSchema = z.strictObject({
  category: nameOf(100).optional(),
  identity: nameOf(60).optional(),
  places: z.int().min(0).max(10_000_000),
})

/** Policy `enrolment`: who may take part in a campaign, and how that is decided. */
export const EnrolmentPolicySchema = z.strictObject({
  violations: z.array(ViolationBarSchema).max(100).default([]),
  criteria: z.array(CriterionSchema).max(1_000).default([]),
  /** Which decisions of the machine a person looks at before they are told (EL-8). */
  review: z.enum(['never', 'passed', 'refused', 'always']).default('never'),
  /** Places that are limited, the first that fits a shop; none that fits: without limit (EL-10). */
  places: z.array(PlacesSchema).max(1_000).default([]),
  /** Who comes first where places are limited (EL-10). */
  rank: z
    .strictObject({ metric: MetricSchema, first: z.enum(['most', 'least']).default('most') })
    .optional(),
  waiting: z
    .strictObject({
      /** The phase at whose end nobody moves up any more. */
      until: nameOf(60).default('supplements'),
      /** Whoever moves up, or whose appeal is granted, has at least so long for the supplements. */
      within: DurationSchema.prefault('P2D'),
    })
    .prefault({}),
  /** Absent: there is no appeal. */
  appeal: z
    .strictObject({
      within: DurationSchema.prefault('P5D'),
      /** What nobody decided by then is rejected. */
      decideWithin: DurationSchema.prefault('P3D'),
    })
    .optional(),
  /** How long before a deadline a shop is told of it (EL-16). */
  remindBefore: z.array(DurationSchema).max(10).default([]),
  /** The figures show how it works; they are nobody's real ones. */
  demonstration: z.boolean().optional(),
})

export type EnrolmentPolicy = z.output<typeof EnrolmentPolicySchema>
export type Criterion = EnrolmentPolicy['criteria'][number]
export type ViolationBar = EnrolmentPolicy['violations'][number]
export type Bound = Pick<Criterion, 'atLeast' | 'atMost'>
