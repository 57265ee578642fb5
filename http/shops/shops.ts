import { z } from 'zod'
import { shopById, shopTypes, type Shop } from '#db/shops/shops.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { DayTextSchema, ShopParamsSchema } from '#http/shops/schemas.ts'
import { registerShop } from '#operations/shops/register-shop.ts'
import { DaySchema, IdSchema, MemberIdSchema } from '#rules/fields.ts'

export const ShopSchema = z
  .object({
    shopId: z.string(),
    merchantId: z.string(),
    title: z.string(),
    type: z.enum(shopTypes),
    mainCategory: z.string(),
    categories: z.array(z.string()),
    brand: z.string().nullable(),
    openedOn: DayTextSchema,
    status: z.enum(['open', 'closed']),
  })
  .meta({ id: 'Shop', description: 'A store of a merchant.' })

const readSchema = {
  operationId: 'getShop',
  summary: 'A shop',
  tags: ['Shops'],
  params: ShopParamsSchema,
  response: answers({ 200: { description: 'The shop.', schema: ShopSchema } }, ['shops/unknown']),
}

const text = (most: number) => z.string().trim().min(1).max(most)

const writeSchema = {
  operationId: 'putShop',
  summary: 'Register a shop and its merchant, or tell what changed',
  description: 'As the commerce platform has them. The same again changes nothing.',
  tags: ['Shops'],
  params: ShopParamsSchema,
  body: z
    .strictObject({
      merchant: z.strictObject({
        merchantId: MemberIdSchema,
        name: text(200),
        legalEntity: text(200),
      }),
      title: text(200),
      type: z.enum(shopTypes),
      mainCategory: IdSchema,
      categories: z.array(IdSchema).min(1).max(200),
      brand: text(200).nullable().default(null),
      openedOn: DaySchema,
      status: z.enum(['open', 'closed']).default('open'),
    })
    .refine((shop) => shop.categories.includes(shop.mainCategory), {
      path: ['mainCategory'],
      error: 'The main category is one of the categories.',
    }),
  response: answers({ 200: { description: 'The shop as it is now.', schema: ShopSchema } }, [
    ...ofBody,
    'shops/of-another-merchant',
  ]),
}

/** Shops as the commerce platform tells them. */
export function shopRoutes(http: Http, { db }: HttpContext): void {
  http.get(
    '/shops/:shopId',
    { schema: readSchema, config: { access: ['merchant', 'operator', 'service'] } },
    async (request, reply) => {
      const shop = await shopById(db, request.params.shopId)
      if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })
      return reply.send(shopText(shop))
    },
  )

  http.put(
    '/shops/:shopId',
    { schema: writeSchema, config: { access: ['operator', 'service'] } },
    async (request, reply) => {
      const { merchant, ...rest } = request.body
      const { shopId } = request.params
      const shop: Shop = { shopId, merchantId: merchant.merchantId, ...rest }
      const registered = await registerShop(db, { merchant, shop, at: request.receivedAt })
      if (!registered.ok) return sendProblem(reply, registered)
      return reply.send(shopText(registered.shop))
    },
  )
}

/** A shop as it is told. */
export function shopText(shop: Shop): z.input<typeof ShopSchema> {
  return { ...shop, categories: [...shop.categories], openedOn: shop.openedOn.toString() }
}
