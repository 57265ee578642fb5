import { z } from 'zod'
import { candidaciesOf, type Candidate } from '#db/membership/invitation-candidates.ts'
import { roundsWhere, type Round } from '#db/membership/invitation-rounds.ts'
import { membershipOf } from '#db/membership/standings.ts'
import { memberById } from '#db/members.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { recordForWhy, recordOf, RoundNameSchema } from '#http/invitation/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, IdempotencyHeadersSchema } from '#http/route.ts'
import { InstantTextSchema, MemberIdSchema, MemberParamsSchema } from '#http/wallets/schemas.ts'
import { answerRound } from '#operations/invitation/answer-invitation.ts'
import { indicators } from '#rules/members/invitation/indicators.ts'
import { shortAnswer } from '#rules/members/invitation/why.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Invitations']
const config = { access: ['member', 'service', 'operator'] as const }

const InvitationSchema = z
  .object({
    round: z.string(),
    tier: z.string(),
    answer: z
      .enum([
        'notCollected',
        'scoreTooLow',
        'notConsidered',
        'limitsFailed',
        'underReview',
        'behindPlaces',
        'turnedDown',
        'invited',
        'joined',
        'kept',
        'declined',
        'expired',
        'ended',
      ])
      .meta({ description: 'What became of the member in this round, in short.' }),
    limits: z
      .array(z.object({ zh: z.string(), en: z.string() }))
      .meta({ description: 'What was looked at by the limits that were not kept to.' }),
    respondBy: InstantTextSchema.nullable(),
  })
  .meta({ id: 'Invitation', description: 'What a round of invitations says to a member.' })

const listSchema = {
  operationId: 'listInvitations',
  summary: 'What rounds of invitations say to a member, the latest first',
  tags,
  params: MemberParamsSchema,
  response: answers(
    {
      200: {
        description: 'One for each round.',
        schema: z.object({ invitations: z.array(InvitationSchema) }),
      },
    },
    ['members/unknown'],
  ),
}

function answerSchema(operationId: string, summary: string) {
  return {
    operationId,
    summary,
    tags,
    params: z.object({ memberId: MemberIdSchema, round: RoundNameSchema }),
    headers: IdempotencyHeadersSchema,
    response: answers(
      {
        200: {
          description: 'Answered so, now or before.',
          schema: z.object({ round: z.string(), status: z.enum(['joined', 'declined']) }),
        },
      },
      [
        'members/unknown',
        'members/sealed',
        'requests/key-reused',
        'invitation/not-invited',
        'invitation/already-answered',
        'invitation/over',
      ],
    ),
  }
}

/** What a member sees of invitations, and how it answers (IV-11, IV-14). */
export function answerInvitationRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context

  http.get(
    '/members/:memberId/invitations',
    { schema: listSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const [rounds, member, standing, candidacies] = await Promise.all([
        roundsWhere(db, 'all'),
        memberById(db, memberId),
        membershipOf(db, memberId),
        candidaciesOf(db, memberId),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const score = standing?.score ?? 0
      return reply.send({
        invitations: rounds.map((round) =>
          invitationText(round, candidacies.get(round.round), score, market.zone),
        ),
      })
    },
  )

  const words = [
    ['accept', answerSchema('acceptInvitation', 'Accept an invitation: the tier begins')],
    ['decline', answerSchema('declineInvitation', 'Decline an invitation: its place goes on')],
  ] as const
  for (const [answer, schema] of words) {
    http.post(
      `/members/:memberId/invitations/:round/${answer}`,
      { schema, config },
      async (request, reply) => {
        const { memberId, round } = request.params
        const answered = await answerRound(context, {
          memberId,
          round,
          answer,
          caller: callerId(callerOf(request)),
          key: request.headers['idempotency-key'],
          at: request.receivedAt,
        })
        if (!answered.ok) return sendProblem(reply, answered)

        return reply.send({ round, status: answered.status })
      },
    )
  }
}

function invitationText(
  round: Round,
  candidate: Candidate | undefined,
  score: number,
  zone: string,
): z.input<typeof InvitationSchema> {
  const failed = candidate === undefined ? [] : recordOf(candidate).limitsFailed
  const isOpen = candidate?.status === 'invited'
  const respondBy = isOpen ? candidate.respondBy : null
  return {
    round: round.round,
    tier: round.tier,
    answer: shortAnswer({ round, score, candidate: recordForWhy(candidate) }),
    limits: failed.flatMap(({ indicator }) => {
      const known = indicators.find(({ id }) => id === indicator)
      return known === undefined ? [] : [known.title]
    }),
    respondBy: respondBy === null ? null : instantToText(respondBy, zone),
  }
}
