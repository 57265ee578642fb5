import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { QuotedSchema, quoteText, sendAsText, withLines } from '#http/trades/schemas.ts'
import { MemberIdSchema } from '#http/wallets/schemas.ts'
import { quoteBasket } from '#operations/trades/quote-basket.ts'
import { QuoteBodySchema } from '#rules/trades/body.ts'

const schema = {
  operationId: 'quoteBasket',
  summary: 'Price a basket for a member',
  description:
    'By the offers and policies in force, with the coupons, allowance, red envelopes and points that the member holds. Nothing is changed or reserved. `expect` is sent back when the trade is placed.',
  tags: ['Trades'],
  body: QuoteBodySchema.safeExtend({ memberId: MemberIdSchema }),
  response: answers(
    {
      200: {
        description: 'What it costs, and why.',
        schema: QuotedSchema,
      },
    },
    [...ofBody, 'members/sealed', 'paid/lines-reserved', 'pricing/no-policy'],
  ),
}

export function quoteRoute(http: Http, context: HttpContext): void {
  http.post(
    '/quotes',
    { schema, config: { access: ['service', 'operator'] } },
    async (request, reply) => {
      const { memberId, ...body } = request.body
      const quoted = await quoteBasket(context, { memberId, body, at: request.receivedAt })
      if (!quoted.ok) return sendProblem(reply, withLines(quoted))

      const { basket, quote, expect } = quoted
      return sendAsText<typeof QuotedSchema>(reply, { quote: quoteText(basket, quote), expect })
    },
  )
}
