import { z } from 'zod'
import { memberById } from '#db/members.ts'
import { membershipOf, type Membership } from '#db/membership/standings.ts'
import { grantsOf, type RecordedGrant } from '#db/membership/tier-grants.ts'
import { tierChangesPage } from '#db/membership/tier-changes.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import {
  CauseSchema,
  TierGrantSchema,
  tierGrantText,
  TierTextSchema,
} from '#http/membership/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { ladderAt } from '#operations/membership/standing.ts'
import { TitleSchema } from '#rules/fields.ts'
import type { MemberStanding } from '#rules/members/standing.ts'
import { toldCause } from '#rules/members/tiers/cause.ts'
import { standingOf } from '#rules/members/tiers/in-force.ts'
import { nextAfter, rankOf } from '#rules/members/tiers/ladder.ts'
import type { Ladder } from '#rules/members/tiers/policy.ts'
import { instantToText } from '#rules/time/instants.ts'

const access = ['member', 'service', 'operator'] as const

const usualLimit = 20

const RungSchema = z.object({
  tier: TierTextSchema,
  title: TitleSchema.nullable(),
  from: z.int().meta({ description: 'The score that reaches it.' }),
  byInvitation: z.boolean(),
  reached: z.boolean().meta({ description: 'Whether the tier in force is this or a higher one.' }),
})

const MembershipSchema = z
  .object({
    memberId: z.string(),
    score: z.int(),
    scoredFor: z
      .string()
      .nullable()
      .meta({
        description: 'The month of the refresh that computed the score; null before the first.',
        examples: ['2017-06'],
      }),
    tier: TierTextSchema.nullable().meta({
      description: 'The tier in force; null below every rung of the ladder.',
    }),
    tierBy: z.enum(['score', 'invitation', 'legacy', 'interchange', 'operator']),
    tierUntil: InstantTextSchema.nullable(),
    tierSince: InstantTextSchema.nullable().meta({
      description: 'Since when the tier told last is told.',
    }),
    paidMember: z.boolean(),
    paidUntil: InstantTextSchema.nullable(),
    next: z
      .object({ tier: TierTextSchema, missing: z.int(), byInvitation: z.boolean() })
      .nullable()
      .meta({ description: 'The rung above, and how many points it lacks; null at the top.' }),
    ladder: z.array(RungSchema),
    grants: z.array(TierGrantSchema),
  })
  .meta({ id: 'Membership', description: 'What a member is, by what and until when.' })

const membershipSchema = {
  operationId: 'readMembership',
  summary: 'The score and tier of a member, by what, and what comes next',
  tags: ['Membership'],
  params: MemberParamsSchema,
  response: answers({ 200: { description: 'What the member is now.', schema: MembershipSchema } }, [
    'members/unknown',
  ]),
}

const changesSchema = {
  operationId: 'listTierChanges',
  summary: "The changes of a member's tier with their causes, newest first",
  tags: ['Membership'],
  params: MemberParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          changes: z.array(
            z.object({
              number: z.int(),
              at: InstantTextSchema,
              from: TierTextSchema.nullable(),
              to: TierTextSchema.nullable(),
              cause: CauseSchema,
            }),
          ),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

/** What a member is, and how it came to be. */
export function readMembershipRoutes(http: Http, context: HttpContext): void {
  const { db, policies, market } = context

  http.get(
    '/members/:memberId/membership',
    { schema: membershipSchema, config: { access } },
    async (request, reply) => {
      const { memberId } = request.params
      const at = request.receivedAt
      const [member, recorded, grants] = await Promise.all([
        memberById(db, memberId),
        membershipOf(db, memberId),
        grantsOf(db, [memberId]),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const own = grants.get(memberId) ?? []
      const ladder = ladderAt(policies, at)
      const standing = standingOf(recorded ?? nobody(memberId), own, at, ladder)
      return reply.send(membershipText(standing, recorded, own, ladder ?? [], market.zone, at))
    },
  )

  http.get(
    '/members/:memberId/tier-changes',
    { schema: changesSchema, config: { access } },
    async (request, reply) => {
      const { memberId } = request.params
      const { cursor, limit = usualLimit } = request.query
      const below = cursor === undefined ? undefined : placeOf(cursor)
      if (cursor !== undefined && below === undefined) {
        return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      }
      const [member, found] = await Promise.all([
        memberById(db, memberId),
        tierChangesPage(db, memberId, { below, limit: limit + 1 }),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const isStaff = callerOf(request).role === 'operator'
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const hasMore = found.length > limit && last !== undefined
      const changes = page.map(({ number, at, from, to, cause }) => {
        const told = isStaff ? cause : toldCause(cause)
        return { number, at: instantToText(at, market.zone), from, to, cause: told }
      })
      return reply.send({ changes, ...(hasMore ? { nextCursor: cursorOf(last.number) } : {}) })
    },
  )
}

function nobody(memberId: string) {
  return {
    memberId,
    score: 0,
    scoreTier: undefined,
    paidFrom: undefined,
    paidUntil: undefined,
  }
}

function membershipText(
  standing: MemberStanding,
  recorded: Membership | undefined,
  grants: readonly RecordedGrant[],
  ladder: Ladder,
  zone: string,
  now: Temporal.Instant,
): z.input<typeof MembershipSchema> {
  const { memberId, score, tier, tierBy, tierUntil, paidMember, paidUntil } = standing
  const text = (at: Temporal.Instant | undefined) =>
    at === undefined ? null : instantToText(at, zone)
  const next = nextAfter(tier, score, ladder)
  return {
    memberId,
    score,
    scoredFor: recorded?.scoredFor?.toString().slice(0, 7) ?? null,
    tier,
    tierBy,
    tierUntil: text(tierUntil),
    tierSince: text(recorded?.tierSince),
    paidMember,
    paidUntil: text(paidUntil),
    next:
      next === undefined
        ? null
        : {
            tier: next.rung.name,
            missing: next.missing,
            byInvitation: next.rung.byInvitation === true,
          },
    ladder: ladder.map((rung, place) => ({
      tier: rung.name,
      title: rung.title ?? null,
      from: rung.from,
      byInvitation: rung.byInvitation === true,
      reached: place <= rankOf(tier, ladder),
    })),
    grants: grants.map((grant) => tierGrantText(grant, zone, now)),
  }
}
