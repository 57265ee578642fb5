import { z } from 'zod'
import { countByStatus, roundsWhere } from '#db/membership/invitation-rounds.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  candidateStatuses,
  RoundNameSchema,
  RoundParamsSchema,
  RoundSchema,
  roundText,
} from '#http/invitation/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { openRound } from '#operations/invitation/open-round.ts'
import { endRound, releaseRound } from '#operations/invitation/turn-round.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Invitations']
const config = { access: ['operator'] as const }

const openSchema = {
  operationId: 'openInvitationRound',
  summary: 'Open a yearly round of invitations',
  description:
    'By the policy `invitation` in force. The candidates are collected and ranked in the background. Again by the same operator it changes nothing.',
  tags,
  body: z.strictObject({ round: RoundNameSchema }),
  response: answers({ 201: { description: 'Open, now or before.', schema: RoundSchema } }, [
    ...ofBody,
    'invitation/no-policy',
    'invitation/unknown-tier',
    'invitation/round-exists',
    'invitation/round-open',
    'invitation/too-soon',
  ]),
}

const listSchema = {
  operationId: 'listInvitationRounds',
  summary: 'Rounds of invitations, the latest first',
  tags,
  response: answers(
    {
      200: { description: 'The rounds.', schema: z.object({ rounds: z.array(RoundSchema) }) },
    },
    [],
  ),
}

const readSchema = {
  operationId: 'readInvitationRound',
  summary: 'A round of invitations with its figures',
  tags,
  params: RoundParamsSchema,
  response: answers(
    {
      200: {
        description: 'How far it is.',
        schema: z.object({
          round: RoundSchema,
          candidates: z.partialRecord(z.enum(candidateStatuses), z.int()).meta({
            description: 'How many candidates are of each status.',
          }),
          placesTaken: z.int().meta({ description: 'Invited, joined or kept.' }),
        }),
      },
    },
    ['invitation/unknown-round'],
  ),
}

const releaseSchema = {
  operationId: 'releaseInvitations',
  summary: 'Have the invitations of a round sent',
  description:
    'To accepted candidates by rank, in the background, as long as there are places; a place that is declined or not answered for goes to the next. Where the policy asks for a second person, none is sent that the caller accepted.',
  tags,
  params: RoundParamsSchema,
  response: answers({ 200: { description: 'Released, now or before.', schema: RoundSchema } }, [
    'invitation/unknown-round',
    'invitation/not-in-review',
  ]),
}

const endSchema = {
  operationId: 'endInvitationRound',
  summary: 'Have no more invitations of a round sent',
  description:
    'The round is closed once no invitation is outstanding; holders of the tier who were not kept are told that it will lapse.',
  tags,
  params: RoundParamsSchema,
  response: answers({ 200: { description: 'Ending or closed.', schema: RoundSchema } }, [
    'invitation/unknown-round',
    'invitation/not-inviting',
  ]),
}

/** What operators do with rounds of invitations (IV-8). */
export function invitationRoundRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context

  http.post('/invitation-rounds', { schema: openSchema, config }, async (request, reply) => {
    const { round } = request.body
    const actor = callerId(callerOf(request))
    const opened = await openRound(context, { round, actor, at: request.receivedAt })
    if (opened.ok) return reply.code(201).send(roundText(opened.round, market.zone))

    const detail =
      'earliest' in opened
        ? `Not before ${instantToText(opened.earliest, market.zone)}.`
        : undefined
    return sendProblem(reply, { refusal: opened.refusal, detail })
  })

  http.get('/invitation-rounds', { schema: listSchema, config }, async (_request, reply) => {
    const rounds = await roundsWhere(db, 'all')
    return reply.send({ rounds: rounds.map((each) => roundText(each, market.zone)) })
  })

  http.get('/invitation-rounds/:round', { schema: readSchema, config }, async (request, reply) => {
    const { round } = request.params
    const [[found], candidates] = await Promise.all([
      roundsWhere(db, { round }),
      countByStatus(db, round),
    ])
    if (found === undefined) return sendProblem(reply, { refusal: 'invitation/unknown-round' })

    const { invited = 0, joined = 0, kept = 0 } = candidates
    const told = roundText(found, market.zone)
    return reply.send({ round: told, candidates, placesTaken: invited + joined + kept })
  })

  http.post(
    '/invitation-rounds/:round/release',
    { schema: releaseSchema, config },
    async (request, reply) => {
      const actor = callerId(callerOf(request))
      const turn = { round: request.params.round, actor, at: request.receivedAt }
      const turned = await releaseRound(context, turn)
      if (!turned.ok) return sendProblem(reply, turned)

      return reply.send(roundText(turned.round, market.zone))
    },
  )

  http.post(
    '/invitation-rounds/:round/end',
    { schema: endSchema, config },
    async (request, reply) => {
      const actor = callerId(callerOf(request))
      const turn = { round: request.params.round, actor, at: request.receivedAt }
      const turned = await endRound(context, turn)
      if (!turned.ok) return sendProblem(reply, turned)

      return reply.send(roundText(turned.round, market.zone))
    },
  )
}
