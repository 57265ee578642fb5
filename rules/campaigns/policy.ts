import { z } from 'zod'
import {
  DaySchema,
  InstantSchema,
  nameOf,
  PositiveMoneySchema,
  TitleSchema,
} from '#rules/fields.ts'
import { WindowSchema } from '#rules/issuing/who-and-when.ts'

/** Business days from the first to the last, both included (TI-2). */
export const DaysSchema = z
  .tuple([DaySchema, DaySchema], { error: 'Days are written as [first, last].' })
  .refine(([first, last]) => Temporal.PlainDate.compare(first, last) <= 0, {
    error: 'The last day is not before the first.',
  })

export type Days = z.output<typeof DaysSchema>

/** The phases that the program itself looks at; a campaign may have others besides. */
export const knownPhases = [
  'signUp',
  'results',
  'supplements',
  'allowanceSetup',
  'presaleDeclaration',
  'spotDeclaration',
  'presale',
  'warmUp',
  'day',
  'protection',
  'returns',
  'settlement',
] as const

export type KnownPhase = (typeof knownPhases)[number]

/** Whom a phase is for: merchants by how far they have come, members, or the platform itself. */
export const audiences = ['merchants', 'applicants', 'approved', 'shortlisted', 'members'] as const

export type Audience = (typeof audiences)[number]

const PhaseSchema = z.strictObject({
  name: nameOf(60),
  title: TitleSchema.optional(),
  window: WindowSchema,
  /** Absent: as the phase of that name usually is (CP-2). */
  for: z.array(z.enum(audiences)).min(1).max(5).optional(),
})

/** What a merchant takes part as; the first that a shop qualifies for is its own. */
const IdentitySchema = z.strictObject({
  name: nameOf(60),
  title: TitleSchema,
  goods: z.enum(['all', 'declared']).default('all'),
})

const VenueSchema = z.strictObject({
  name: nameOf(60),
  title: TitleSchema,
  identities: z.array(nameOf(60)).min(1).max(20).optional(),
  /** How many places there are for each category. */
  capacity: z.record(nameOf(100), z.int().min(0).max(10_000_000)),
})

/** Which days are looked at when the price of one kind of goods is verified. */
const PriceWindowsSchema = z.strictObject({ deals: DaysSchema, promo: DaysSchema })

/** What a shop has to do before it is shortlisted, and the phase in whose window. */
const SupplementSchema = z.strictObject({
  name: nameOf(60),
  kind: z.enum(['agreement', 'allowanceSteps', 'identity', 'confirmation']),
  title: TitleSchema,
  within: nameOf(60),
  /** The text that is signed, and its version. */
  text: z.strictObject({ version: nameOf(60), zh: z.string(), en: z.string() }).optional(),
})

const AllowanceStepSchema = z.strictObject({
  threshold: PositiveMoneySchema.refine((fen) => fen > 0, {
    error: 'A step asks for more than nothing.',
  }),
  off: PositiveMoneySchema,
})

/** The policies that a campaign may set otherwise than the market does. */
export const laidOver = [
  'enrolment',
  'price',
  'delivery',
  'late',
  'timeouts',
  'priceProtection',
  'violations',
] as const

export type LaidOver = (typeof laidOver)[number]

/** Policy `campaign:<slug>`: a sales event as one object (CP-1). */
export const CampaignSchema = z
  .strictObject({
    title: TitleSchema,
    phases: z.array(PhaseSchema).min(1).max(60),
    identities: z.array(IdentitySchema).min(1).max(20),
    venues: z.array(VenueSchema).max(200).default([]),
    supplements: z.array(SupplementSchema).max(50).default([]),
    allowance: z
      .strictObject({
        steps: z.array(AllowanceStepSchema).min(1).max(20),
        excludedCategories: z.array(nameOf(100)).max(1_000).default([]),
      })
      .optional(),
    price: z
      .strictObject({
        presale: PriceWindowsSchema,
        spot: PriceWindowsSchema,
        /** After the event: nothing may be sold for less on these days. */
        protect: DaysSchema,
        /** From here on a declaration that is too high is a violation. */
        freezeAt: InstantSchema.optional(),
      })
      .optional(),
    /** Laid over the policy of the market of that name (PO-6), as JSON. */
    policies: z.partialRecord(z.enum(laidOver), z.unknown()).default({}),
    /** Names of the policies that belong to it: `allowance:double11-2017`. */
    attached: z.array(nameOf(200)).max(1_000).default([]),
  })
  .superRefine(({ phases, identities, venues, supplements }, context) => {
    const once = (path: string, names: readonly string[]) => {
      names.forEach((name, index) => {
        if (names.indexOf(name) === index) return
        const message = `"${name}" is there twice.`
        context.addIssue({ code: 'custom', path: [path, index, 'name'], input: name, message })
      })
    }
    const names = phases.map((phase) => phase.name)
    once('phases', names)
    once(
      'identities',
      identities.map((identity) => identity.name),
    )
    once(
      'venues',
      venues.map((venue) => venue.name),
    )
    once(
      'supplements',
      supplements.map((supplement) => supplement.name),
    )
    supplements.forEach(({ within }, index) => {
      if (names.includes(within)) return
      const message = `There is no phase "${within}".`
      context.addIssue({
        code: 'custom',
        path: ['supplements', index, 'within'],
        input: within,
        message,
      })
    })
  })

export type Campaign = z.output<typeof CampaignSchema>
export type Phase = Campaign['phases'][number]
export type Supplement = Campaign['supplements'][number]
