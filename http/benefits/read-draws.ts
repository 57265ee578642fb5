import { z } from 'zod'
import { epochsPage, type DrawEpoch } from '#db/benefits/draws.ts'
import { memberById } from '#db/members.ts'
import { ClaimParamsSchema } from '#http/benefits/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { readDraw, type DrawRead } from '#operations/benefits/read-draw.ts'
import { instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const EpochSchema = z
  .object({
    epoch: z.string().meta({ examples: ['week:2017-11-20'] }),
    commitment: z.string().meta({ description: 'SHA-256 of the secret, told beforehand.' }),
    opensAt: InstantTextSchema,
    closesAt: InstantTextSchema,
    seed: z
      .string()
      .nullable()
      .meta({ description: 'The secret in hexadecimal, once its time is over.' }),
  })
  .meta({ id: 'DrawEpoch', description: 'The secret that the draws of a time are made with.' })

const DrawSchema = z
  .object({
    claimId: z.string(),
    epoch: EpochSchema,
    number: z.int().meta({ description: "Of the member's draws with the same secret." }),
    word: z.string().meta({ description: 'What the member put in.' }),
    message: z.string().meta({
      description:
        'What HMAC-SHA256 signs with the secret: member/claim/number/word, and /1, /2 ... where that gave no ticket.',
    }),
    policy: z.string(),
    prizes: z.array(z.object({ weight: z.int(), amountFen: z.int() })),
    ticket: z.int().meta({
      description:
        'Of each four bytes, a number below the largest multiple of all weights that fits; its remainder by them.',
    }),
    prize: z.int().meta({ description: 'Whose weights the ticket falls on, from 0.' }),
    amountFen: z.int(),
    drawnAt: InstantTextSchema,
    holds: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether it comes out again; null: the secret is not told yet.' }),
  })
  .meta({ id: 'Draw', description: 'A draw, with all that it takes to draw it again.' })

const drawSchema = {
  operationId: 'getDraw',
  summary: 'How a scratch card was drawn',
  tags: ['Benefits'],
  params: ClaimParamsSchema,
  response: answers({ 200: { description: 'The draw.', schema: DrawSchema } }, [
    'members/unknown',
    'benefits/no-draw',
  ]),
}

const epochsSchema = {
  operationId: 'listDrawEpochs',
  summary: 'The secrets of draws, the newest first',
  description: 'Their SHA-256 before anybody draws, themselves once their time is over.',
  tags: ['Benefits'],
  querystring: z.strictObject({ limit: LimitSchema.optional(), cursor: CursorSchema.optional() }),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({ epochs: z.array(EpochSchema), nextCursor: z.string().optional() }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

/** How draws can be drawn again by anybody. */
export function readDrawsRoutes(http: Http, context: HttpContext): void {
  http.get(
    '/members/:memberId/benefit-claims/:claimId/draw',
    { schema: drawSchema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { memberId, claimId } = request.params
      const [member, found] = await Promise.all([
        memberById(context.db, memberId),
        readDraw(context, memberId, claimId),
      ])
      if (member === undefined) return sendProblem(reply, { refusal: 'members/unknown' })
      if (found === undefined) return sendProblem(reply, { refusal: 'benefits/no-draw' })

      return reply.send(drawText(found, context.market.zone))
    },
  )

  http.get(
    '/draw-epochs',
    { schema: epochsSchema, config: { access: ['member', 'service', 'operator'] } },
    async (request, reply) => {
      const { cursor, limit = usualLimit } = request.query
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const found = await epochsPage(context.db, offset, limit + 1)
      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const epochs = found.slice(0, limit).map((each) => {
        const seed = each.publishedAt === null ? null : each.seed
        return epochText({ ...each, seed }, context.market.zone)
      })
      return reply.send({ epochs, ...next })
    },
  )
}

function drawText(
  { draw, epoch, prizes, message, holds }: DrawRead,
  zone: string,
): z.input<typeof DrawSchema> {
  const { claimId, number, word, policy, ticket, prize, amountFen, drawnAt } = draw
  return {
    claimId,
    epoch: epochText(epoch, zone),
    number,
    word,
    message,
    policy,
    prizes: prizes.map(({ weight, amount }) => ({ weight, amountFen: amount })),
    ticket,
    prize,
    amountFen,
    drawnAt: instantToText(drawnAt, zone),
    holds,
  }
}

function epochText(
  { epoch, commitment, opensAt, closesAt, seed }: Omit<DrawEpoch, 'seed'> & { seed: Buffer | null },
  zone: string,
): z.input<typeof EpochSchema> {
  return {
    epoch,
    commitment,
    opensAt: instantToText(opensAt, zone),
    closesAt: instantToText(closesAt, zone),
    seed: seed?.toString('hex') ?? null,
  }
}
