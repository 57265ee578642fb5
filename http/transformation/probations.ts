import { z } from 'zod'
import { probationsOf } from '#db/governance/probations.ts'
import { shopById } from '#db/shops/shops.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { CheckSawSchema, OrNullSchema, orNull } from '#http/governance/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { instantToText } from '#rules/time/instants.ts'

const tags = ['Transformation']
const config = { access: ['merchant', 'operator', 'service'] as const }

const probationsSchema = {
  operationId: 'listProbations',
  summary: 'What a shop is or was on probation for, the latest first',
  tags,
  params: ShopParamsSchema,
  response: answers(
    {
      200: {
        description: 'The probations.',
        schema: z.object({
          probations: z.array(
            z.object({
              transformationId: z.string(),
              status: z.enum(['running', 'passed', 'failed']),
              isLimiting: z.boolean().meta({ description: 'Whether its limits hold.' }),
              since: InstantTextSchema,
              until: InstantTextSchema,
              extensions: z.int(),
              saw: z.array(CheckSawSchema).meta({ description: 'When it was looked at last.' }),
              endedAt: OrNullSchema,
            }),
          ),
        }),
      },
    },
    ['shops/unknown'],
  ),
}

/** What shops are on probation for (TF-10, TF-11). */
export function probationsRoute(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  http.get(
    '/shops/:shopId/probations',
    { schema: probationsSchema, config },
    async (request, reply) => {
      const { shopId } = request.params
      if ((await shopById(db, shopId)) === undefined)
        return sendProblem(reply, { refusal: 'shops/unknown' })
      const probations = await probationsOf(db, shopId)
      return reply.send({
        probations: probations.map(({ saw, since, until, endedAt, ...rest }) => ({
          transformationId: rest.transformationId,
          status: rest.status,
          isLimiting: rest.isLimiting,
          extensions: rest.extensions,
          since: instantToText(since, zone),
          until: instantToText(until, zone),
          saw: saw === null ? [] : (JSON.parse(saw) as z.input<typeof CheckSawSchema>[]),
          endedAt: orNull(endedAt, zone),
        })),
      })
    },
  )
}
