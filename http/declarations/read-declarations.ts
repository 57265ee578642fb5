import { z } from 'zod'
import type { DeclarationFilter, DeclarationPlace } from '#db/declarations/declarations.ts'
import { shopById } from '#db/shops/shops.ts'
import { CampaignParamsSchema } from '#http/campaigns/schemas.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  changeText,
  DeclarationChangeSchema,
  DeclarationParamsSchema,
  DeclarationSchema,
  declarationText,
  KindSchema,
} from '#http/declarations/schemas.ts'
import { PriceCursorSchema, ShopCampaignParamsSchema } from '#http/prices/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, LimitSchema } from '#http/route.ts'
import { campaignAt } from '#operations/campaigns/campaign-book.ts'
import { listDeclarations, readDeclaration } from '#operations/declarations/read-declarations.ts'
import { declarationKinds } from '#rules/campaigns/declarations/declaration.ts'
import { IdSchema } from '#rules/fields.ts'

const usualLimit = 20
const config = { access: ['merchant', 'operator', 'service'] as const }

const querystring = z.strictObject({
  kind: KindSchema.optional(),
  status: z.enum(['declared', 'suspended', 'withdrawn']).optional(),
  cursor: PriceCursorSchema.optional(),
  limit: LimitSchema.optional(),
})

const page = {
  description: 'In the order of shops, SKUs and kinds.',
  schema: z.object({ declarations: z.array(DeclarationSchema), nextCursor: z.string().optional() }),
}

const listSchema = {
  operationId: 'listShopDeclarations',
  summary: 'What a shop declares for a campaign',
  tags: ['Declarations'],
  params: ShopCampaignParamsSchema,
  querystring,
  response: answers({ 200: page }, ['shops/unknown', 'campaigns/unknown']),
}

const allSchema = {
  operationId: 'listDeclarations',
  summary: 'What all shops declare for a campaign',
  tags: ['Declarations'],
  params: CampaignParamsSchema,
  querystring: querystring.extend({ shop: IdSchema.optional() }),
  response: answers({ 200: page }, ['campaigns/unknown']),
}

const readSchema = {
  operationId: 'getDeclaration',
  summary: 'A declaration with every change of it',
  tags: ['Declarations'],
  params: DeclarationParamsSchema,
  response: answers(
    {
      200: {
        description: 'As it stands, and what it was, the last change first.',
        schema: z.object({
          declaration: DeclarationSchema,
          otherPriceUnits: z.int().meta({
            description: 'Units that trades asked another price for than the declared one.',
          }),
          changes: z.array(DeclarationChangeSchema),
        }),
      },
    },
    ['shops/unknown', 'declarations/unknown'],
  ),
}

/** Declarations as shops and operators see them. */
export function readDeclarationsRoutes(http: Http, context: HttpContext): void {
  const { db, market, policies } = context

  http.get(
    '/shops/:shopId/campaigns/:campaign/declarations',
    { schema: listSchema, config },
    async (request, reply) => {
      const { shopId, campaign } = request.params
      if ((await shopById(db, shopId)) === undefined) {
        return sendProblem(reply, { refusal: 'shops/unknown' })
      }
      if (campaignAt(policies, campaign, request.receivedAt) === undefined) {
        return sendProblem(reply, { refusal: 'campaigns/unknown' })
      }
      const { kind, status, cursor, limit } = request.query
      const told = await pageOf(context, { campaign, shopId, kind, status }, cursor, limit)
      return told === undefined ? sendProblem(reply, badCursor) : reply.send(told)
    },
  )

  http.get(
    '/campaigns/:campaign/declarations',
    { schema: allSchema, config: { access: ['operator', 'service'] } },
    async (request, reply) => {
      const { campaign } = request.params
      if (campaignAt(policies, campaign, request.receivedAt) === undefined) {
        return sendProblem(reply, { refusal: 'campaigns/unknown' })
      }
      const { shop: shopId, kind, status, cursor, limit } = request.query
      const told = await pageOf(context, { campaign, shopId, kind, status }, cursor, limit)
      return told === undefined ? sendProblem(reply, badCursor) : reply.send(told)
    },
  )

  http.get(
    '/shops/:shopId/campaigns/:campaign/declarations/:kind/:sku',
    { schema: readSchema, config },
    async (request, reply) => {
      if ((await shopById(db, request.params.shopId)) === undefined) {
        return sendProblem(reply, { refusal: 'shops/unknown' })
      }
      const found = await readDeclaration(db, request.params)
      if (found === undefined) return sendProblem(reply, { refusal: 'declarations/unknown' })
      const { declaration, otherPriceUnits, changes } = found
      return reply.send({
        declaration: declarationText(declaration, market.zone),
        otherPriceUnits,
        changes: changes.map((each) => changeText(each, market.zone)),
      })
    },
  )
}

const badCursor = {
  refusal: 'requests/invalid',
  problems: [{ path: 'query.cursor', message: 'There is no such place.' }],
} as const

async function pageOf(
  { db, market }: Pick<HttpContext, 'db' | 'market'>,
  filter: DeclarationFilter,
  cursor: string | undefined,
  limit = usualLimit,
) {
  const behind = cursor === undefined ? undefined : placeOf(cursor)
  if (cursor !== undefined && behind === undefined) return undefined
  const found = await listDeclarations(db, filter, behind, limit + 1)
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    declarations: shown.map((each) => declarationText(each, market.zone)),
    ...(found.length > limit && last !== undefined ? { nextCursor: cursorOf(last) } : {}),
  }
}

/** A place in a list as text that clients pass back. */
function cursorOf({ shopId, sku, kind }: DeclarationPlace): string {
  return Buffer.from(JSON.stringify([shopId, sku, kind])).toString('base64url')
}

/** Reads a cursor back; `undefined` when it is none that `cursorOf` made. */
function placeOf(cursor: string): DeclarationPlace | undefined {
  const read = PlaceSchema.safeParse(jsonOf(cursor))
  if (!read.success) return undefined
  const [shopId, sku, kind] = read.data
  return { shopId, sku, kind }
}

const PlaceSchema = z.tuple([IdSchema, IdSchema, z.enum(declarationKinds)])

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
