import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { ProblemCode } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { StatementSchema } from '#http/settlement/schemas.ts'
import { statementCsv } from '#operations/settlement/statement-csv.ts'
import type { Statement } from '#rules/settlement/statement.ts'

const given = {
  description:
    'As JSON, or as CSV where `format=csv` or the header `Accept: text/csv` asks for it.',
  schema: StatementSchema,
}

export const FormatSchema = z.enum(['json', 'csv'])

/** The answers of a route that gives a statement: JSON, or the same as text. */
export function statementAnswers(refusals: readonly ProblemCode[]): ReturnType<typeof answers> {
  const content = {
    'application/json': { schema: given.schema },
    'text/csv': { schema: z.string() },
  }
  const told = answers({ 200: given }, refusals)
  return { ...told, 200: { description: given.description, content } }
}

/** Sends a statement in the form that was asked for. */
export function sendStatement(
  reply: FastifyReply,
  statement: Statement,
  asked: { readonly format: 'json' | 'csv' | undefined; readonly accept: string | undefined },
): FastifyReply {
  if (!asksForCsv(asked.format, asked.accept)) return reply.send(statement)
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="settlement.csv"')
    .send(statementCsv(statement))
}

function asksForCsv(format: 'json' | 'csv' | undefined, accept: string | undefined): boolean {
  if (format !== undefined) return format === 'csv'
  return accept !== undefined && /^\s*text\/csv\b/i.test(accept)
}
