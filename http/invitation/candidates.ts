import { z } from 'zod'
import { candidateOf, candidatesPage } from '#db/membership/invitation-candidates.ts'
import { roundsWhere } from '#db/membership/invitation-rounds.ts'
import { membershipOf } from '#db/membership/standings.ts'
import { memberById } from '#db/members.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import {
  CandidateSchema,
  candidateStatuses,
  candidateText,
  LimitFailedSchema,
  recordForWhy,
  recordOf,
  RoundNameSchema,
  RoundParamsSchema,
  RoundSchema,
  roundText,
} from '#http/invitation/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema, ofBody } from '#http/route.ts'
import { MemberIdSchema } from '#http/wallets/schemas.ts'
import { reviewRound } from '#operations/invitation/review-candidates.ts'
import { whyOf } from '#rules/members/invitation/why.ts'

const tags = ['Invitations']
const config = { access: ['operator'] as const }
const usualLimit = 20

const listSchema = {
  operationId: 'listInvitationCandidates',
  summary: 'Candidates of a round by rank',
  description:
    'Those outside the limits have no rank: they are listed with `status=excluded`, by their ids.',
  tags,
  params: RoundParamsSchema,
  querystring: z.strictObject({
    status: z.enum(candidateStatuses).optional(),
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          candidates: z.array(CandidateSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['invitation/unknown-round', 'requests/bad-cursor'],
  ),
}

const readSchema = {
  operationId: 'readInvitationCandidate',
  summary: 'Why a member was or was not invited',
  description:
    'From the record of the round: indicators, what each contributed, limits failed, the rank against the places, the reviewer and the reason.',
  tags,
  params: z.object({ round: RoundNameSchema, memberId: MemberIdSchema }),
  response: answers(
    {
      200: {
        description: 'The record and what it says.',
        schema: z.object({
          round: RoundSchema,
          why: z.array(z.looseObject({ reason: z.string() })).meta({
            description: 'The reasons, each with the figures that prove it.',
            examples: [
              [
                { reason: 'behindPlaces', rank: 100_412, places: 100_000 },
                { reason: 'notYetReviewed' },
              ],
            ],
          }),
          candidate: CandidateSchema.nullable(),
          indicators: z.record(z.string(), z.int()),
          contributions: z.record(z.string(), z.int()),
          limitsFailed: z.array(LimitFailedSchema),
        }),
      },
    },
    ['invitation/unknown-round', 'members/unknown'],
  ),
}

const reviewSchema = {
  operationId: 'reviewInvitationCandidates',
  summary: 'Accept candidates, or turn them down with a reason',
  description:
    'Who reviews is kept. Until an invitation was sent, a review may be changed. `acceptTop` accepts besides those of the first so many ranks on whom nobody has decided.',
  tags,
  params: RoundParamsSchema,
  body: z.strictObject({
    accept: z.array(MemberIdSchema).max(1_000).default([]),
    turnDown: z
      .array(z.strictObject({ memberId: MemberIdSchema, reason: z.string().min(1).max(500) }))
      .max(1_000)
      .default([]),
    acceptTop: z.int().min(1).max(10_000_000).optional(),
    reason: z.string().min(1).max(500).optional().meta({ description: 'Of those accepted.' }),
  }),
  response: answers(
    {
      200: {
        description: 'What became of each, and how many of the first ranks were accepted.',
        schema: z.object({
          outcomes: z.record(z.string(), z.string()),
          acceptedOfTop: z.int(),
        }),
      },
    },
    [...ofBody, 'invitation/unknown-round', 'invitation/not-in-review'],
  ),
}

/** What reviewers see and decide (IV-9, IV-13). */
export function invitationCandidateRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context

  http.get(
    '/invitation-rounds/:round/candidates',
    { schema: listSchema, config },
    async (request, reply) => {
      const { round } = request.params
      const { status, limit = usualLimit, cursor } = request.query
      const place = cursor === undefined ? 0 : placeOf(cursor)
      if (place === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const [found] = await roundsWhere(db, { round })
      if (found === undefined) return sendProblem(reply, { refusal: 'invitation/unknown-round' })

      const asked = { status, behind: place, limit: limit + 1 }
      const page = await candidatesPage(db, round, asked)
      const shown = page.slice(0, limit)
      const next = shown.at(-1)?.rank ?? place + shown.length
      const hasMore = page.length > limit
      return reply.send({
        candidates: shown.map((each) => candidateText(each, market.zone)),
        ...(hasMore ? { nextCursor: cursorOf(next) } : {}),
      })
    },
  )

  http.get(
    '/invitation-rounds/:round/candidates/:memberId',
    { schema: readSchema, config },
    async (request, reply) => {
      const { round, memberId } = request.params
      const [[found], member, standing, candidate] = await Promise.all([
        roundsWhere(db, { round }),
        memberById(db, memberId),
        membershipOf(db, memberId),
        candidateOf(db, round, memberId),
      ])
      if (found === undefined) return sendProblem(reply, { refusal: 'invitation/unknown-round' })
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const about = { round: found, score: standing?.score ?? 0 }
      const why = whyOf({ ...about, candidate: recordForWhy(candidate) })
      const kept = candidate === undefined ? nothing : recordOf(candidate)
      return reply.send({
        round: roundText(found, market.zone),
        why: why.map((each) => ({ ...each })),
        candidate: candidate === undefined ? null : candidateText(candidate, market.zone),
        indicators: { ...kept.indicators },
        contributions: { ...kept.contributions },
        limitsFailed: [...kept.limitsFailed],
      })
    },
  )

  http.post(
    '/invitation-rounds/:round/reviews',
    { schema: reviewSchema, config },
    async (request, reply) => {
      const reviewer = callerId(callerOf(request))
      const { round } = request.params
      const reviewed = await reviewRound(context, {
        ...request.body,
        round,
        reviewer,
        at: request.receivedAt,
      })
      if (!reviewed.ok) return sendProblem(reply, reviewed)

      const { outcomes, acceptedOfTop } = reviewed
      return reply.send({ outcomes: Object.fromEntries(outcomes), acceptedOfTop })
    },
  )
}

const nothing = { indicators: {}, contributions: {}, limitsFailed: [] }
