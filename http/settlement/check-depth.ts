import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { checkDepth, formsInForce } from '#operations/replay/check-depth.ts'
import { depthKeys, DepthInputSchema } from '#rules/depth/input.ts'
import { DepthReportSchema } from '#rules/depth/report.ts'
import { InstantSchema } from '#rules/fields.ts'
import { PriceSchema } from '#rules/pricing/offer-terms.ts'

/** So many baskets are a second or two of one processor, which others share meanwhile. */
const mostBaskets = 20_000

const schema = {
  operationId: 'checkDepth',
  summary: 'How deep instruments combine',
  description:
    'Tries baskets against the pricing policy and all instruments in force, with drafts laid over them, and tells the deepest reduction of one line, the instruments that make it and the basket that proves it.',
  tags: ['Settlement'],
  body: z.strictObject({
    policies: z.record(z.string().min(1).max(100), z.unknown()).default({}).meta({
      description: 'Drafts by name, laid over those in force; `null` leaves one out.',
    }),
    ...depthKeys,
    budget: z.int().min(100).max(mostBaskets).default(4_000),
    at: InstantSchema.optional(),
    channel: DepthInputSchema.shape.channel,
    allowanceStep: DepthInputSchema.shape.allowanceStep,
    tier: z.string().min(1).max(200).optional(),
    points: z.int().min(0).max(1_000_000_000).optional(),
    allowance: PriceSchema.optional().meta({
      description: 'In the wallet; absent: the most that the policies give.',
    }),
  }),
  response: answers(
    { 200: { description: 'The deepest that was found.', schema: DepthReportSchema } },
    [...ofBody, 'policies/unknown-name', 'policies/invalid', 'pricing/no-policy'],
  ),
}

export function checkDepthRoute(http: Http, { policies, market }: HttpContext): void {
  const access = ['operator'] as const
  http.post('/depth-checks', { schema, config: { access } }, async (request, reply) => {
    const { policies: drafts, at, ...rest } = request.body
    const forms = formsInForce(policies, at ?? request.receivedAt)
    const asked = at === undefined ? rest : { ...rest, at: at.toString() }
    const checked = await checkDepth({ forms, drafts, asked, zone: market.zone })
    if (!checked.ok) return sendProblem(reply, checked)

    return reply.send(checked.report)
  })
}
