import { z } from 'zod'
import { decideBenefit, quotaPeriod, type Claimant } from '#rules/benefits/decide-benefit.ts'
import { DefinitionSchema, type Benefit, type BenefitTerms } from '#rules/benefits/definition.ts'
import { calendarPeriod, type Period, type Subject } from '#rules/benefits/periods.ts'
import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import { FenOutSchema, InstantOutSchema, PointsOutSchema } from '#rules/decide/fields.ts'
import { InstantSchema, MemberIdSchema, nameOf } from '#rules/fields.ts'
import { tierOfScore } from '#rules/members/tiers/ladder.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'
import { instantToText, isInside } from '#rules/time/instants.ts'

const subjectKeys = { purchase: nameOf(200).optional(), liveView: nameOf(200).optional() }

type Use = {
  readonly at: Temporal.Instant
  readonly purchase?: string | undefined
  readonly liveView?: string | undefined
}

const UseSchema = z.union(
  [
    InstantSchema.transform((at): Use => ({ at })),
    z.strictObject({ at: InstantSchema, ...subjectKeys }),
  ],
  { error: 'A use is an instant, or { "at", "purchase"?, "liveView"? }.' },
)

const CountSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

const InputSchema = z.strictObject({
  benefit: z.union([nameOf(100), DefinitionSchema], {
    error: 'A benefit is the name of a policy benefit:<name>, or a definition with an "id".',
  }),
  member: z.strictObject({
    id: MemberIdSchema.default('member'),
    /** Absent: what the score gives. */
    tier: nameOf(100).nullable().optional(),
    score: CountSchema.default(0),
    points: CountSchema.default(0),
    paidMember: z.boolean().default(false),
    brandTiers: z.record(z.string(), z.string()).optional(),
    /** A grant of the benefit that runs. */
    grant: z
      .strictObject({
        from: InstantSchema,
        to: InstantSchema,
        source: nameOf(200).default('grant'),
      })
      .optional(),
  }),
  /** What the member had of it before, and did not give back. */
  uses: z.array(UseSchema).max(100_000).default([]),
  /** What is left of the stock; absent: all of it. */
  stockLeft: CountSchema.optional(),
  /** The purchase or live view that it is for. */
  ...subjectKeys,
  category: nameOf(100).optional(),
  channel: nameOf(100).optional(),
  at: InstantSchema,
})

const OutputSchema = z.strictObject({
  ok: z.boolean(),
  refusal: z.string().optional(),
  price: z.strictObject({ points: PointsOutSchema, moneyFen: FenOutSchema }).nullable(),
  left: z.int().nullable(),
  /** Of points. */
  short: z.int().optional(),
  period: z
    .strictObject({
      key: z.string(),
      from: InstantOutSchema.optional(),
      to: InstantOutSchema.optional(),
    })
    .optional(),
  nextAt: InstantOutSchema.optional(),
  unlockedBy: z
    .strictObject({
      tier: z.string().optional(),
      scoreFrom: z.int().optional(),
      scoreMissing: z.int().optional(),
      invitation: z.literal(true).optional(),
      paidMember: z.literal(true).optional(),
      brandTier: z.strictObject({ program: z.string(), tiers: z.array(z.string()) }).optional(),
      grant: z.literal(true).optional(),
    })
    .optional(),
  why: z
    .array(
      z.strictObject({
        rule: z.string(),
        saw: z.union([z.string(), z.int()]).nullable(),
        needs: z.union([z.string(), z.int()]).nullable(),
        ok: z.boolean(),
      }),
    )
    .optional(),
})

type Input = z.output<typeof InputSchema>
type Output = z.input<typeof OutputSchema>

/** Whether a member may have a benefit, at what price, and what unlocks it (BF-1 to BF-8). */
export const benefitDecision = decision({
  name: 'benefit',
  summary: 'whether a member may have a benefit, at what price, and what unlocks it',
  policy: 'benefits',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: (input, context): Output => {
    const terms = termsOf(input.benefit, context)
    if (terms === undefined) {
      return { ok: false, refusal: 'benefits/unknown', price: null, left: null }
    }
    const { zone } = context
    const { category, channel, stockLeft, at } = input
    const ladder = ladderOf(context)
    const member = claimantOf(input, ladder)
    const subject = subjectOf(input)
    const used = usedOf(terms, { member, subject, at }, input.uses, zone)
    const { excludedCategories } = policyOf(context, 'benefits')
    const asked = { member, used, stockLeft, subject, category, channel, at }
    const setting = { zone, ladder, excludedCategories }
    const { period, nextAt, unlockedBy, why, ...decided } = decideBenefit(terms, asked, setting)
    return {
      ...decided,
      period: periodText(period, zone),
      ...(nextAt === undefined ? {} : { nextAt: instantToText(nextAt, zone) }),
      ...(unlockedBy === undefined ? {} : { unlockedBy: unlockText(unlockedBy) }),
      why: [...why],
    }
  },
})

function termsOf(
  benefit: Input['benefit'],
  { policies }: DecisionContext,
): BenefitTerms | undefined {
  if (typeof benefit !== 'string') return benefit
  const named = policies as Readonly<Record<string, unknown>>
  const name = benefit.startsWith('benefit:') ? benefit : `benefit:${benefit}`
  return named[name] as Benefit | undefined
}

/** A grant counts while it runs. */
function claimantOf({ member, at }: Input, ladder: Ladder): Claimant {
  const { id, grant, tier, ...rest } = member
  const runs = grant !== undefined && isInside(at, grant)
  return {
    memberId: id,
    tier: tier === undefined ? tierOfScore(member.score, ladder) : tier,
    ...rest,
    grant: runs ? grant : undefined,
  }
}

function subjectOf(of: {
  readonly purchase?: string | undefined
  readonly liveView?: string | undefined
}): Subject | undefined {
  if (of.purchase !== undefined) return { kind: 'purchase', id: of.purchase }
  return of.liveView === undefined ? undefined : { kind: 'liveView', id: of.liveView }
}

/** How many uses count in the period, and on the business day. */
function usedOf(
  terms: BenefitTerms,
  asked: {
    readonly member: Claimant
    readonly subject: Subject | undefined
    readonly at: Temporal.Instant
  },
  uses: Input['uses'],
  zone: string,
): { readonly inPeriod: number; readonly today: number } {
  const { key, from } = quotaPeriod(terms, asked, zone)
  const isBySubject = key.startsWith('purchase:') || key.startsWith('liveView:')
  const inPeriod = uses.filter((use) => {
    if (isBySubject) {
      const subject = subjectOf(use)
      return subject !== undefined && `${subject.kind}:${subject.id}` === key
    }
    if (key.startsWith('grant:')) return from === undefined || !isEarlier(use.at, from)
    return quotaPeriod(terms, { ...asked, at: use.at }, zone).key === key
  })
  const day = calendarPeriod('day', asked.at, zone).key
  const today = uses.filter((use) => calendarPeriod('day', use.at, zone).key === day)
  return { inPeriod: inPeriod.length, today: today.length }
}

function isEarlier(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0
}

function ladderOf({ policies }: DecisionContext): Ladder {
  return policies.score?.tiers ?? []
}

function periodText({ key, from, to }: Period, zone: string): NonNullable<Output['period']> {
  return {
    key,
    ...(from === undefined ? {} : { from: instantToText(from, zone) }),
    ...(to === undefined ? {} : { to: instantToText(to, zone) }),
  }
}

function unlockText({
  brandTier,
  ...way
}: NonNullable<ReturnType<typeof decideBenefit>['unlockedBy']>): NonNullable<Output['unlockedBy']> {
  if (brandTier === undefined) return way
  return { ...way, brandTier: { program: brandTier.program, tiers: [...brandTier.tiers] } }
}
