import { z } from 'zod'
import { shopById } from '#db/shops/shops.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { endsBefore } from '#http/settlement/read-settlement.ts'
import { FormatSchema, sendStatement, statementAnswers } from '#http/settlement/statement-answer.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { settle } from '#operations/settlement/settle.ts'
import { InstantSchema, nameOf } from '#rules/fields.ts'
import { isBefore } from '#rules/time/instants.ts'

const schema = {
  operationId: 'readShopSettlement',
  summary: 'What a shop sold, bears and is due in a period',
  description:
    'The statement of the market, restricted to the shop: its orders, what is taken off in them and by whom, its points, and what it paid for late shipments.',
  tags: ['Settlement'],
  params: ShopParamsSchema,
  querystring: z.strictObject({
    from: InstantSchema,
    to: InstantSchema,
    campaign: nameOf(100).optional(),
    format: FormatSchema.optional(),
  }),
  response: statementAnswers(['shops/unknown']),
}

/** Merchants read their own. */
export function shopSettlementRoute(http: Http, { db }: HttpContext): void {
  const access = ['merchant', 'operator', 'service'] as const
  http.get('/shops/:shopId/settlement', { schema, config: { access } }, async (request, reply) => {
    const { shopId } = request.params
    const { format, ...asked } = request.query
    if (!isBefore(asked.from, asked.to)) return sendProblem(reply, endsBefore)
    if ((await shopById(db, shopId)) === undefined) {
      return sendProblem(reply, { refusal: 'shops/unknown' })
    }
    const statement = await settle(db, { ...asked, shop: shopId })
    return sendStatement(reply, statement, { format, accept: request.headers.accept })
  })
}
