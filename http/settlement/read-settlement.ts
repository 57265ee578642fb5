import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { StatementSchema } from '#http/settlement/schemas.ts'
import { settle } from '#operations/settlement/settle.ts'
import { statementCsv } from '#operations/settlement/statement-csv.ts'
import { InstantSchema } from '#rules/fields.ts'
import { isBefore } from '#rules/time/instants.ts'

const NameSchema = z.string().min(1).max(100)

const given = {
  description:
    'As JSON, or as CSV where `format=csv` or the header `Accept: text/csv` asks for it.',
  schema: StatementSchema,
}

const schema = {
  operationId: 'readSettlement',
  summary: 'Who paid which fen in a period',
  description:
    'From frozen allocations and what came back of them: what each funder bears, what members paid, what each shop is due, and the points that shops pay for. Periods are half-open and can be added up.',
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
    format: z.enum(['json', 'csv']).optional(),
  }),
  response: withCsv(answers({ 200: given }, [])),
}

/** The same answer, also as text. */
function withCsv(told: ReturnType<typeof answers>): ReturnType<typeof answers> {
  const { description } = given
  const content = {
    'application/json': { schema: given.schema },
    'text/csv': { schema: z.string() },
  }
  return { ...told, 200: { description, content } }
}

export function readSettlementRoute(http: Http, { db }: HttpContext): void {
  const access = ['operator', 'service'] as const
  http.get('/settlements', { schema, config: { access } }, async (request, reply) => {
    const { format, ...asked } = request.query
    if (!isBefore(asked.from, asked.to)) {
      const problems = [{ path: 'query.to', message: 'A period ends after it begins.' }]
      return sendProblem(reply, { refusal: 'requests/invalid', problems })
    }

    const statement = await settle(db, asked)
    if (!asksForCsv(format, request.headers.accept)) return reply.send(statement)
    const text = statementCsv(statement)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="settlement.csv"')
      .send(text)
  })
}

function asksForCsv(format: 'json' | 'csv' | undefined, accept: string | undefined): boolean {
  if (format !== undefined) return format === 'csv'
  return accept !== undefined && /^\s*text\/csv\b/i.test(accept)
}
