import { z } from 'zod'
import { decisionsOf, evidenceOf, membersOfRing, queuePage } from '#db/badges/reviews.ts'
import { suspicionsOf } from '#db/badges/suspicions.ts'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import {
  decisionText,
  EvidenceSchema,
  factText,
  QueuedSchema,
  queuedText,
  ReviewFilterSchema,
  SuspicionParamsSchema,
  suspicionText,
} from '#http/badges/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema, ofBody } from '#http/route.ts'
import { decideRing, decideSuspicion } from '#operations/badges/decide-suspicion.ts'

const usualLimit = 20
const mostFacts = 200
const mostMembers = 100
const config = { access: ['operator'] as const }

const listSchema = {
  operationId: 'listSuspicions',
  summary: 'What looks like gaming, the oldest first',
  tags: ['Badges'],
  querystring: ReviewFilterSchema.extend({
    limit: LimitSchema.optional(),
    cursor: CursorSchema.optional(),
  }).strict(),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ suspicions: z.array(QueuedSchema), nextCursor: z.string().optional() }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

const oneSchema = {
  operationId: 'getSuspicion',
  summary: 'A suspicion with its evidence',
  tags: ['Badges'],
  params: SuspicionParamsSchema,
  response: answers({ 200: { description: 'The suspicion.', schema: EvidenceSchema } }, [
    'badges/unknown-suspicion',
  ]),
}

const decideSchema = {
  operationId: 'decideSuspicion',
  summary: 'Clear or strike what looks like gaming',
  description:
    'What is cleared counts as if it had never been suspected; what is struck counts for no badge, no score and no benefit. The same decision again changes nothing; the other one reverses it.',
  tags: ['Badges'],
  params: SuspicionParamsSchema,
  body: z.strictObject({
    decision: z.enum(['clear', 'strike']),
    reason: z.string().min(1).max(500).meta({ description: 'No personal data.' }),
    seen: z.int().min(0).max(1_000_000).optional().meta({
      description: 'How many decisions the reviewer saw; another number by now is refused.',
    }),
    wholeRing: z.boolean().default(false).meta({
      description: 'Decide the same about everybody who is suspected of this ring.',
    }),
  }),
  response: answers(
    {
      200: {
        description: 'Decided. `others`: of the ring, decided and refused.',
        schema: z.object({
          memberId: z.string(),
          suspicionId: z.string(),
          status: z.enum(['cleared', 'struck']),
          decisions: z.int(),
          others: z.object({ decided: z.int(), refused: z.int() }),
        }),
      },
    },
    [
      ...ofBody,
      'badges/unknown-suspicion',
      'badges/suspicion-moot',
      'badges/decided-meanwhile',
      'badges/same-reviewer',
    ],
  ),
}

/** The queue of the reviewers. */
export function reviewSuspicionsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context

  http.get('/badge-reviews', { schema: listSchema, config }, async (request, reply) => {
    const { cursor, limit = usualLimit, status = 'open', ...filter } = request.query
    const offset = cursor === undefined ? 0 : placeOf(cursor)
    if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })

    const found = await queuePage(db, { ...filter, status }, { offset, limit: limit + 1 })
    const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
    const suspicions = found.slice(0, limit).map((row) => queuedText(row, market.zone))
    return reply.send({ suspicions, ...next })
  })

  const place = '/badge-reviews/:memberId/:suspicionId'
  http.get(place, { schema: oneSchema, config }, async (request, reply) => {
    const { memberId, suspicionId } = request.params
    const [all, facts, decisions] = await Promise.all([
      suspicionsOf(db, [memberId]),
      evidenceOf(db, memberId, suspicionId, mostFacts + 1),
      decisionsOf(db, memberId, suspicionId),
    ])
    const suspicion = all.find((each) => each.suspicionId === suspicionId)
    if (suspicion === undefined) return sendProblem(reply, { refusal: 'badges/unknown-suspicion' })

    const ringMembers = await membersOfRing(db, suspicion.ring, mostMembers)
    return reply.send({
      ...suspicionText(suspicion, market.zone),
      facts: facts.slice(0, mostFacts).map((row) => factText(row, market.zone)),
      moreFacts: facts.length > mostFacts,
      ringMembers: [...ringMembers],
      decisions: decisions.map((row) => decisionText(row, market.zone)),
    })
  })

  http.post(`${place}/decisions`, { schema: decideSchema, config }, async (request, reply) => {
    const { wholeRing, ...decision } = request.body
    const reviewer = callerId(callerOf(request))
    const asked = { ...request.params, ...decision, reviewer, at: request.receivedAt }
    const decided = await decideSuspicion(context, asked)
    if (!decided.ok) return sendProblem(reply, decided)

    const { suspicion, decisions } = decided
    const isRing = wholeRing && suspicion.ring !== ''
    const answered = isRing ? await decideRing(context, asked, suspicion.ring) : []
    const refused = answered.filter((each) => !each.ok).length
    return reply.send({
      ...request.params,
      status: suspicion.status === 'struck' ? 'struck' : 'cleared',
      decisions,
      // The one that was asked for is among them, and was decided already.
      others: { decided: Math.max(0, answered.length - refused - 1), refused },
    })
  })
}
