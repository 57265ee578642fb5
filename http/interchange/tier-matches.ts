import { z } from 'zod'
import { matchesOf, waitingMatches } from '#db/membership/interchange.ts'
import { memberById } from '#db/members.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  MatchParamsSchema,
  matchText,
  PartnerSchema,
  TierMatchSchema,
} from '#http/interchange/schemas.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { sendProblem } from '#http/problems.ts'
import {
  answers,
  CursorSchema,
  IdempotencyHeadersSchema,
  LimitSchema,
  ofBody,
} from '#http/route.ts'
import { MemberParamsSchema } from '#http/wallets/schemas.ts'
import { decideProof } from '#operations/interchange/decide-match.ts'
import { submitMatch } from '#operations/interchange/submit-match.ts'

const tags = ['Interchange']
const usualLimit = 20
const name = z.string().min(1).max(40)

const submitSchema = {
  operationId: 'submitTierMatch',
  summary: 'Hand in proof of a tier with a partner',
  description:
    'Somebody else decides on it. Of the evidence only its kind and the SHA-256 of what it refers to (a card number) are taken.',
  tags,
  params: MemberParamsSchema,
  headers: IdempotencyHeadersSchema,
  body: z.strictObject({
    partner: PartnerSchema,
    tier: name.meta({ description: 'The tier with the partner.', examples: ['gold'] }),
    evidence: z.strictObject({
      kind: name.meta({ examples: ['card'] }),
      hash: z.string().regex(/^[0-9a-f]{64}$/, {
        error: 'A hash is SHA-256 in 64 hexadecimal digits.',
      }),
    }),
  }),
  response: answers(
    { 201: { description: 'Handed in, now or by the same request.', schema: TierMatchSchema } },
    [
      ...ofBody,
      'members/unknown',
      'members/sealed',
      'requests/key-reused',
      'interchange/unknown-partner',
      'interchange/not-open',
      'interchange/unknown-tier',
      'interchange/unknown-evidence',
      'interchange/already-submitted',
      'interchange/too-soon',
    ],
  ),
}

const ListSchema = z.object({ matches: z.array(TierMatchSchema) })

const listSchema = {
  operationId: 'listTierMatches',
  summary: 'Tiers with partners that a member showed proof of, the latest first',
  tags,
  params: MemberParamsSchema,
  response: answers({ 200: { description: 'Every match.', schema: ListSchema } }, [
    'members/unknown',
  ]),
}

const waitingSchema = {
  operationId: 'listWaitingTierMatches',
  summary: 'Proofs that wait for a decision, those that wait longest first',
  tags,
  querystring: z.strictObject({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: ListSchema.extend({ nextCursor: z.string().optional() }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

const decideSchema = {
  operationId: 'decideTierMatch',
  summary: 'Confirm or refuse proof of a tier with a partner',
  description:
    'Not by whoever handed it in. Who is confirmed has the tier from now on. The same decision again changes nothing.',
  tags,
  params: MatchParamsSchema,
  body: z.union([
    z.strictObject({ confirm: z.literal(true) }),
    z.strictObject({ confirm: z.literal(false), reason: z.string().min(1).max(500) }),
  ]),
  response: answers({ 200: { description: 'Decided so.', schema: TierMatchSchema } }, [
    ...ofBody,
    'members/unknown',
    'members/sealed',
    'interchange/unknown-match',
    'interchange/unknown-partner',
    'interchange/unknown-tier',
    'interchange/not-open',
    'interchange/already-decided',
    'interchange/submitter-decides',
    'interchange/evidence-used',
  ]),
}

/** Proofs of tiers with partners: handed in, listed, decided (IC-2 to IC-4). */
export function tierMatchRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const config = { access: ['member', 'service', 'operator'] as const }
  const decides = { access: ['service', 'operator'] as const }

  http.post(
    '/members/:memberId/tier-matches',
    { schema: submitSchema, config },
    async (request, reply) => {
      const { partner, tier: partnerTier, evidence } = request.body
      const submitted = await submitMatch(context, {
        memberId: request.params.memberId,
        partner,
        partnerTier,
        evidenceKind: evidence.kind,
        evidenceHash: evidence.hash,
        caller: callerId(callerOf(request)),
        key: request.headers['idempotency-key'],
        at: request.receivedAt,
      })
      if (!submitted.ok) return sendProblem(reply, submitted)

      return reply.code(201).send(matchText(submitted.match, market.zone, request.receivedAt))
    },
  )

  http.get(
    '/members/:memberId/tier-matches',
    { schema: listSchema, config },
    async (request, reply) => {
      const { memberId } = request.params
      const [member, matches] = await Promise.all([
        memberById(db, memberId),
        matchesOf(db, memberId),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })

      const now = request.receivedAt
      return reply.send({ matches: matches.map((each) => matchText(each, market.zone, now)) })
    },
  )

  http.get(
    '/tier-matches/waiting',
    { schema: waitingSchema, config: decides },
    async (request, reply) => {
      const { cursor, limit = usualLimit } = request.query
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })

      const found = await waitingMatches(db, { offset, limit: limit + 1 })
      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const now = request.receivedAt
      const matches = found.slice(0, limit).map((each) => matchText(each, market.zone, now))
      return reply.send({ matches, ...next })
    },
  )

  http.post(
    '/members/:memberId/tier-matches/:matchId/decision',
    { schema: decideSchema, config: decides },
    async (request, reply) => {
      const { memberId, matchId } = request.params
      const actor = callerId(callerOf(request))
      const decision = request.body
      const at = request.receivedAt
      const decided = await decideProof(context, { memberId, matchId, decision, actor, at })
      if (!decided.ok) return sendProblem(reply, decided)

      return reply.send(matchText(decided.match, market.zone, at))
    },
  )
}
