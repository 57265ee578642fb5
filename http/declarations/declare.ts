import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import {
  DeclarationParamsSchema,
  DeclarationSchema,
  declarationText,
} from '#http/declarations/schemas.ts'
import { sendProblem, type ProblemCode, type Refused } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { declareItem, withdrawDeclaration } from '#operations/declarations/declare-item.ts'
import type { NotDeclaring } from '#operations/declarations/declare-item.ts'
import type { ItemDeclared } from '#operations/declarations/declare-items.ts'
import { refusedFacts } from '#operations/declarations/refused-facts.ts'
import { nameOf, PositiveMoneySchema } from '#rules/fields.ts'

const config = { access: ['merchant', 'operator', 'service'] as const }

const ofShop: readonly ProblemCode[] = ['shops/unknown', 'shops/closed', 'campaigns/unknown']

const DeclaredSchema = z.object({
  what: z.enum(['declared', 'changed', 'unchanged', 'withdrawn']),
  declaration: DeclarationSchema,
})

const declareSchema = {
  operationId: 'declareItem',
  summary: 'Declare a SKU for a campaign, or change what is declared of it',
  description:
    'In the phase of its kind; more units at any time before the day is over. The same again changes nothing and says so. A price that its history does not allow is refused with the ceiling and the deal or price that sets it.',
  tags: ['Declarations'],
  params: DeclarationParamsSchema,
  body: z.strictObject({
    price: PositiveMoneySchema.meta({ description: 'Of one unit.' }),
    quantity: z.int().min(0).max(1_000_000_000).meta({ description: 'To be locked.' }),
    category: nameOf(200).optional().meta({ description: "Absent: the shop's main category." }),
    deposit: PositiveMoneySchema.optional().meta({ description: 'Of presale goods, of one unit.' }),
    worth: PositiveMoneySchema.optional().meta({ description: 'What the deposit counts for.' }),
    instantOff: PositiveMoneySchema.optional(),
  }),
  response: answers({ 200: { description: 'As it is declared now.', schema: DeclaredSchema } }, [
    ...ofBody,
    ...ofShop,
    'declarations/not-shortlisted',
    'declarations/on-probation',
    'declarations/not-in-window',
    'declarations/price-not-positive',
    'declarations/quantity-not-allowed',
    'declarations/terms-missing',
    'declarations/terms-not-of-spot',
    'declarations/terms-not-allowed',
    'declarations/price-above-ceiling',
    'declarations/below-presale-price',
    'declarations/above-spot-price',
    'declarations/below-sold',
  ]),
}

const withdrawSchema = {
  operationId: 'withdrawDeclaration',
  summary: 'Take a declaration back',
  description: 'In the phase of its kind, while nothing of it is sold.',
  tags: ['Declarations'],
  params: DeclarationParamsSchema,
  response: answers({ 200: { description: 'It is taken back.', schema: DeclaredSchema } }, [
    ...ofShop,
    'declarations/unknown',
    'declarations/not-in-window',
    'declarations/already-sold',
  ]),
}

/** What a shop brings to a campaign, item by item. */
export function declareRoutes(http: Http, context: HttpContext): void {
  const { zone } = context.market
  const path = '/shops/:shopId/campaigns/:campaign/declarations/:kind/:sku'

  http.put(path, { schema: declareSchema, config }, async (request, reply) => {
    const { kind, sku, ...where } = request.params
    const { price, quantity, category, deposit, worth, instantOff } = request.body
    if (deposit === undefined && (worth !== undefined || instantOff !== undefined)) {
      const problems = [{ path: 'body.deposit', message: 'It is missing.' }]
      return sendProblem(reply, { refusal: 'requests/invalid', problems })
    }
    const terms = deposit === undefined ? undefined : { deposit, worth, instantOff }
    const asked = { kind, sku, priceFen: price, quantity, category, terms }
    const doing = { actor: callerId(callerOf(request)), at: request.receivedAt }
    const answer = await declareItem(context, where, asked, doing)
    if (!answer.ok) return sendProblem(reply, refusedOf(answer, zone))
    return reply.send(answerText(answer, zone))
  })

  http.delete(path, { schema: withdrawSchema, config }, async (request, reply) => {
    const doing = { actor: callerId(callerOf(request)), at: request.receivedAt }
    const answer = await withdrawDeclaration(context, request.params, doing)
    if (!answer.ok) return sendProblem(reply, refusedOf(answer, zone))
    return reply.send(answerText(answer, zone))
  })
}

function answerText(
  { what, declaration, sold }: Extract<ItemDeclared, { ok: true }>,
  zone: string,
): z.input<typeof DeclaredSchema> {
  return { what, declaration: declarationText({ ...declaration, sold }, zone) }
}

/** A refused declaration with what explains it: `ceilingFen`, `causes`, `opens`, `sold`. */
function refusedOf(
  refused: Extract<ItemDeclared | NotDeclaring, { ok: false }>,
  zone: string,
): Refused {
  const { refusal } = refused
  return 'field' in refused ? { refusal, more: { ...refusedFacts(refused, zone) } } : { refusal }
}
