import { z } from 'zod'
import { claimById, claimsPage } from '#db/benefits/claims.ts'
import { memberById } from '#db/members.ts'
import {
  BenefitClaimSchema,
  ClaimParamsSchema,
  claimText,
  PriceTextSchema,
  UnlockSchema,
  unlockText,
} from '#http/benefits/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { withoutOthers } from '#http/policies/without-others.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { InstantTextSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { memberBenefits, type MemberBenefit } from '#operations/benefits/member-benefits.ts'
import { isStanding, type Gives } from '#rules/benefits/gives.ts'
import { instantToText } from '#rules/time/instants.ts'

const usualLimit = 20
const config = { access: ['member', 'service', 'operator'] as const }

const OfferedSchema = z
  .object({
    benefit: z.string().meta({ examples: ['hotel'] }),
    policy: z.string().meta({ examples: ['benefit:hotel@1'] }),
    title: z.object({ zh: z.string(), en: z.string() }),
    open: z.boolean().meta({ description: 'Whether the member may have it now.' }),
    refusal: z
      .string()
      .optional()
      .meta({ examples: ['benefits/not-eligible'] }),
    standing: z.boolean().meta({ description: 'It stands open as it is: nothing is claimed.' }),
    price: PriceTextSchema.nullable().meta({ description: 'For this member.' }),
    left: z.int().nullable().meta({ description: 'In the period; null: without limit.' }),
    period: z.string().meta({ examples: ['year:2017-01-01'] }),
    nextAt: InstantTextSchema.optional().meta({ description: 'When it can be had again.' }),
    unlockedBy: z
      .array(UnlockSchema)
      .meta({ description: 'The ways to it, the cheapest first; none where it is open.' }),
    granted: z
      .object({ source: z.string(), to: InstantTextSchema })
      .optional()
      .meta({ description: 'The temporary grant that opens it.' }),
    limits: z
      .array(z.record(z.string(), z.unknown()))
      .optional()
      .meta({ description: 'Of instant refund: the limit of each tier and score.' }),
    terms: z.record(z.string(), z.unknown()).meta({
      description: 'The policy, as it is in force; of a list of members, this one alone.',
    }),
  })
  .meta({ id: 'MemberBenefit', description: 'A benefit as it stands for a member.' })

const benefitsSchema = {
  operationId: 'listBenefits',
  summary: 'Every benefit there is, as it stands for a member',
  description:
    'By whom it is for: everybody, each tier from the lowest, a score, paid members, temporary grants. One for several tiers is in each of them.',
  tags: ['Benefits'],
  params: MemberParamsSchema,
  response: answers(
    {
      200: {
        description: 'What is open, at what price, and what unlocks the rest.',
        schema: z.object({
          member: z.object({
            tier: z.string().nullable(),
            score: z.int(),
            points: z.int(),
            paidMember: z.boolean(),
          }),
          groups: z.array(
            z.object({
              kind: z.enum(['everybody', 'tier', 'score', 'paidMember', 'grant', 'others']),
              tier: z.string().optional(),
              benefits: z.array(OfferedSchema),
            }),
          ),
        }),
      },
    },
    ['members/unknown'],
  ),
}

const claimsSchema = {
  operationId: 'listBenefitClaims',
  summary: 'What a member claimed, the newest first',
  tags: ['Benefits'],
  params: MemberParamsSchema,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
    status: z.enum(['claimed', 'used', 'returned', 'lapsed', 'forfeited']).optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          claims: z.array(BenefitClaimSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['members/unknown', 'requests/bad-cursor'],
  ),
}

const claimSchema = {
  operationId: 'getBenefitClaim',
  summary: 'One claim of a member',
  tags: ['Benefits'],
  params: ClaimParamsSchema,
  response: answers({ 200: { description: 'The claim.', schema: BenefitClaimSchema } }, [
    'members/unknown',
    'benefits/unknown-claim',
  ]),
}

/** What benefits a member has, may have and had. */
export function readBenefitsRoutes(http: Http, context: HttpContext): void {
  http.get(
    '/members/:memberId/benefits',
    { schema: benefitsSchema, config },
    async (request, reply) => {
      const found = await memberBenefits(context, request.params.memberId, request.receivedAt)
      if (found === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      const { tier, score, points, paidMember } = found.member
      const told = { memberId: request.params.memberId, isSealed: found.isSealed }
      return reply.send({
        member: { tier, score, points, paidMember },
        groups: found.groups.map(({ group, benefits }) => ({
          ...group,
          benefits: benefits.map((each) => offeredText(each, told, context, request.receivedAt)),
        })),
      })
    },
  )

  http.get(
    '/members/:memberId/benefit-claims',
    { schema: claimsSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const { cursor, status, limit = usualLimit } = request.query
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const [member, found] = await Promise.all([
        memberById(context.db, memberId),
        claimsPage(context.db, memberId, { status, offset, limit: limit + 1 }),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const claims = found
        .slice(0, limit)
        .map((claim) => claimText(claim, context, request.receivedAt))
      return reply.send({ claims, ...next })
    },
  )

  http.get(
    '/members/:memberId/benefit-claims/:claimId',
    { schema: claimSchema, config },
    async (request, reply) => {
      const { memberId, claimId } = request.params
      const [member, claim] = await Promise.all([
        memberById(context.db, memberId),
        claimById(context.db, memberId, claimId),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      if (claim === undefined) return sendProblem(reply, { refusal: 'benefits/unknown-claim' })

      return reply.send(claimText(claim, context, request.receivedAt))
    },
  )
}

function offeredText(
  { slug, policy, terms, body, decision, ways, grant }: MemberBenefit,
  { memberId, isSealed }: { readonly memberId: string; readonly isSealed: boolean },
  { policies, market }: Pick<HttpContext, 'policies' | 'market'>,
  now: Temporal.Instant,
): z.input<typeof OfferedSchema> {
  const { price, left, period, nextAt } = decision
  const ok = decision.ok && !isSealed
  const refusal = isSealed ? 'members/sealed' : decision.refusal
  const { title: _, ...told } = withoutOthers(body as Record<string, unknown>, memberId)
  return {
    benefit: slug,
    policy,
    title: terms.title,
    open: ok,
    ...(refusal === undefined ? {} : { refusal }),
    standing: isStanding(terms.gives),
    price,
    left,
    period: period.key,
    ...(nextAt === undefined ? {} : { nextAt: instantToText(nextAt, market.zone) }),
    unlockedBy: isSealed ? [] : ways.map(unlockText),
    ...(grant === undefined
      ? {}
      : { granted: { source: grant.source, to: instantToText(grant.to, market.zone) } }),
    ...limitsOf(terms.gives, policies, now),
    terms: told,
  }
}

/** How much instant refund is advanced to whom, as the policy of it says. */
function limitsOf(
  gives: Gives | undefined,
  policies: HttpContext['policies'],
  now: Temporal.Instant,
): { readonly limits?: Record<string, unknown>[] } {
  if (gives === undefined || !('service' in gives) || gives.service !== 'instantRefund') return {}
  const body = policies.at('instantRefund', now)?.body
  const { limits = [] } = (body ?? {}) as { readonly limits?: Record<string, unknown>[] }
  return { limits }
}
