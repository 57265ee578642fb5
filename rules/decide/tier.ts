import { z } from 'zod'
import { decision, policyOf } from '#rules/decide/decision.ts'
import { InstantOutSchema, PointsOutSchema } from '#rules/decide/fields.ts'
import { InstantSchema } from '#rules/fields.ts'
import { isInvitable, nextAfter, rankOf, tierOfScore } from '#rules/members/tiers/ladder.ts'
import { graceFrom, promisedTier } from '#rules/members/tiers/legacy.ts'
import { legacyLevels, type Ladder, type TierPolicy } from '#rules/members/tiers/policy.ts'
import { riseEnds, riseGrants } from '#rules/members/tiers/rise.ts'
import { instantToText, isInside } from '#rules/time/instants.ts'

const notScore = 'A score is a whole number, zero or more.'

const ScoreSchema = z
  .int({ error: ({ input }) => (input === undefined ? 'This is missing.' : notScore) })
  .min(0, { error: notScore })
  .max(1_000_000_000)

const InputSchema = z.strictObject({
  score: ScoreSchema,
  at: InstantSchema.optional(),
  invited: z.boolean().default(false),
  /** Of the refresh before. */
  previousScore: ScoreSchema.optional(),
  /** Levels on the ladders before the score; `since`: when they were imported. */
  legacy: z
    .strictObject({
      t: levelUpTo(legacyLevels.t).optional(),
      v: levelUpTo(legacyLevels.v).optional(),
      since: InstantSchema.optional(),
    })
    .optional(),
})

function levelUpTo(highest: number) {
  const error = `A level is a whole number from 0 to ${highest}.`
  return z.int({ error }).min(0, { error }).max(highest, { error })
}

type Input = z.output<typeof InputSchema>

const TierSchema = z.string().nullable()

const WhySchema = z.strictObject({
  rule: z.string(),
  source: z.enum(['score', 'invitation', 'legacy', 'rise']),
  /** What this source gives by itself. */
  gives: TierSchema.optional(),
  applied: z.boolean(),
  /** Why it gives nothing. */
  reason: z.string().optional(),
  saw: z.int().optional(),
  needs: z.int().optional(),
})

const OutputSchema = z.strictObject({
  ok: z.literal(true),
  tier: TierSchema,
  by: z.enum(['score', 'invitation', 'legacy']),
  invitable: z.boolean(),
  next: z
    .strictObject({ tier: z.string(), missing: PointsOutSchema, byInvitation: z.boolean() })
    .nullable(),
  riseGrants: z.array(
    z.strictObject({
      benefit: z.string(),
      for: z.string(),
      from: InstantOutSchema.optional(),
      until: InstantOutSchema.optional(),
    }),
  ),
  why: z.array(WhySchema),
})

type Why = z.input<typeof WhySchema>
type Source = z.output<typeof OutputSchema>['by']

/** The tier that a score gives, with an invitation, old levels and a rise (MT-1 to MT-9), and why. */
export const tierDecision = decision({
  name: 'tier',
  summary: 'the tier of a score, whether it may be invited, and what a rise grants',
  policy: 'score',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: (input, { zone, ...context }): z.input<typeof OutputSchema> => {
    const policy = policyOf({ zone, ...context }, 'score')
    const { score, previousScore, at } = input
    const sources = [
      byScore(input, policy),
      byInvitation(input, policy),
      byLegacy(input, policy, zone),
    ]
    const best = sources.reduce((high, each) =>
      rankOf(each.gives, policy.tiers) > rankOf(high.gives, policy.tiers) ? each : high,
    )
    const tier = best.gives

    const month = at?.toZonedDateTimeISO(zone).month
    const grants = riseGrants({ score, previousScore, tier, month }, policy.rise)
    const next = nextAfter(tier, score, policy.tiers)
    return {
      ok: true,
      tier,
      by: best.source,
      invitable: isInvitable(score, policy.tiers),
      next:
        next === undefined
          ? null
          : {
              tier: next.rung.name,
              missing: next.missing,
              byInvitation: next.rung.byInvitation === true,
            },
      riseGrants: grants.map((grant) => ({
        benefit: grant.benefit,
        for: grant.for.toString(),
        ...(at === undefined
          ? {}
          : {
              from: instantToText(at, zone),
              until: instantToText(riseEnds(grant, at, zone), zone),
            }),
      })),
      why: [
        ...sources.map((each) => whyOf(each, each === best)),
        whyRise(input, policy, grants.length > 0),
      ],
    }
  },
})

/** What one source gives, by a rule. */
type Given = {
  readonly source: Source
  readonly rule: string
  readonly gives: string | null
  readonly saw?: number
  readonly needs?: number
  readonly reason?: string
}

function byScore({ score }: Input, { tiers }: TierPolicy): Given {
  const gives = tierOfScore(score, tiers)
  const lowest = tiers.find((rung) => rung.byInvitation !== true)
  const below = gives === null && lowest !== undefined
  return {
    source: 'score',
    rule: 'MT-1',
    gives,
    saw: score,
    ...(below ? { needs: lowest.from, reason: 'below-the-ladder' } : {}),
  }
}

function byInvitation({ score, invited }: Input, { tiers }: TierPolicy): Given {
  const rung = rungByInvitation(score, tiers)
  const base = { source: 'invitation', rule: 'MT-2', saw: score } as const
  if (rung === undefined) return { ...base, gives: null, reason: 'no-such-tier' }
  if (!invited) return { ...base, gives: null, needs: rung.from, reason: 'not-invited' }
  if (score < rung.from) return { ...base, gives: null, needs: rung.from, reason: 'score-too-low' }
  return { ...base, gives: rung.name, needs: rung.from }
}

/** The highest of its kind that the score reaches, else the lowest of its kind. */
function rungByInvitation(score: number, ladder: Ladder) {
  const rungs = ladder.filter((rung) => rung.byInvitation === true)
  return rungs.findLast((rung) => score >= rung.from) ?? rungs[0]
}

function byLegacy({ legacy, at }: Input, policy: TierPolicy, zone: string): Given {
  const base = { source: 'legacy', rule: 'MT-8' } as const
  if (legacy === undefined) return { ...base, gives: null, reason: 'no-old-levels' }
  const promised = promisedTier(legacy, policy)
  if (promised === null || policy.legacy === undefined) {
    return { ...base, gives: null, reason: 'nothing-promised' }
  }
  const { since } = legacy
  if (since === undefined || at === undefined) return { ...base, gives: promised }
  const isKept = isInside(at, graceFrom(since, policy.legacy, zone))
  if (isKept) return { ...base, rule: 'MT-9', gives: promised }
  return { ...base, rule: 'MT-9', gives: null, reason: 'not-in-the-period-of-grace' }
}

function whyOf({ source, rule, gives, saw, needs, reason }: Given, isBest: boolean): Why {
  return {
    rule,
    source,
    gives,
    applied: isBest && gives !== null,
    ...(saw === undefined ? {} : { saw }),
    ...(needs === undefined ? {} : { needs }),
    ...(reason === undefined ? {} : { reason }),
  }
}

function whyRise({ score, previousScore }: Input, { rise }: TierPolicy, applied: boolean): Why {
  const base = { rule: 'MT-6', source: 'rise', applied } as const
  if (rise === undefined) return { ...base, reason: 'no-rise-in-the-policy' }
  const needs = rise.points
  if (previousScore === undefined) return { ...base, needs, reason: 'no-score-before' }
  const saw = score - previousScore
  if (applied) return { ...base, saw, needs }
  if (saw < needs) return { ...base, saw, needs, reason: 'too-small' }
  return { ...base, rule: 'MT-7', saw, needs, reason: 'not-this-tier-or-month' }
}
