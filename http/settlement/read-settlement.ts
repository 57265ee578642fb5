import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { FormatSchema, sendStatement, statementAnswers } from '#http/settlement/statement-answer.ts'
import { settle } from '#operations/settlement/settle.ts'
import { InstantSchema } from '#rules/fields.ts'
import { isBefore } from '#rules/time/instants.ts'

const NameSchema = z.string().min(1).max(100)

const schema = {
  operationId: 'readSettlement',
  summary: 'Who paid which fen in a period',
  description:
    'From frozen allocations and what came back of them: what each funder bears, what members paid, what each shop is due, and the points that shops pay for, those for late shipments apart. Periods are half-open and can be added up.',
  tags: ['Settlement'],
  querystring: z.strictObject({
    from: InstantSchema,
    to: InstantSchema,
    campaign: NameSchema.optional(),
    shop: NameSchema.optional(),
    funder: NameSchema.optional().meta({
      description:
        '`platform`, `shop:ID` or `brand:ID`: then nothing is told of what shops are due.',
    }),
    format: FormatSchema.optional(),
  }),
  response: statementAnswers([]),
}

export function readSettlementRoute(http: Http, { db }: HttpContext): void {
  const access = ['operator', 'service'] as const
  http.get('/settlements', { schema, config: { access } }, async (request, reply) => {
    const { format, ...asked } = request.query
    if (!isBefore(asked.from, asked.to)) return sendProblem(reply, endsBefore)

    const statement = await settle(db, asked)
    return sendStatement(reply, statement, { format, accept: request.headers.accept })
  })
}

/** What a period that is none is refused with. */
export const endsBefore = {
  refusal: 'requests/invalid' as const,
  problems: [{ path: 'query.to', message: 'A period ends after it begins.' }],
}
