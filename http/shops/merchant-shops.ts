import { z } from 'zod'
import { merchantById, shopsOfMerchant } from '#db/shops/shops.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { ShopSchema, shopText } from '#http/shops/shops.ts'
import { MemberIdSchema } from '#rules/fields.ts'

const schema = {
  operationId: 'getMerchant',
  summary: 'A merchant and its shops',
  tags: ['Shops'],
  params: z.object({
    merchantId: MemberIdSchema.meta({
      description: 'The merchant.',
      examples: ['merchant-lily'],
    }),
  }),
  response: answers(
    {
      200: {
        description: 'The merchant; its shops by their ids.',
        schema: z
          .object({
            merchantId: z.string(),
            name: z.string(),
            legalEntity: z.string(),
            shops: z.array(ShopSchema),
          })
          .meta({ id: 'Merchant', description: 'A selling company and its shops.' }),
      },
    },
    ['merchants/unknown'],
  ),
}

/** What a merchant has. */
export function merchantRoute(http: Http, { db }: HttpContext): void {
  http.get(
    '/merchants/:merchantId',
    { schema, config: { access: ['merchant', 'operator', 'service'] } },
    async (request, reply) => {
      const { merchantId } = request.params
      const [merchant, shops] = await Promise.all([
        merchantById(db, merchantId),
        shopsOfMerchant(db, merchantId),
      ])
      if (merchant === undefined) return sendProblem(reply, { refusal: 'merchants/unknown' })
      return reply.send({ ...merchant, shops: shops.map(shopText) })
    },
  )
}
