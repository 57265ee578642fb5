import { z } from 'zod'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers } from '#http/route.ts'
import { reportBehaviours } from '#operations/badges/report-behaviours.ts'
import { behaviours } from '#rules/badges/policy.ts'
import { DaySchema } from '#rules/fields.ts'

const RowSchema = z
  .object({
    behaviour: z.enum(behaviours),
    facts: z.int().meta({ description: 'As they were told.' }),
    counted: z.int(),
    waiting: z.int(),
    struck: z.int(),
    members: z.int(),
    membersAtCap: z.int(),
    atCapPpm: z.int().meta({ description: 'Of the members, parts per million.' }),
    struckPpm: z.int().meta({ description: 'Of the facts, parts per million.' }),
    burstIndexPpm: z.int().meta({
      description: 'How crowded its days are; a million where all are alike.',
    }),
    badgePoints: z.int(),
    scorePoints: z.int().meta({
      description: 'By the weights of the score, before the maxima of a month and of a part.',
    }),
    benefits: z.int().meta({ description: 'Claimed for a purchase or a live view each.' }),
    purchasesFen: z
      .int()
      .meta({ description: 'Received by those members that day or soon after.' }),
    fenPerPoint: z.int().nullable().meta({ description: 'Purchases for each badge point.' }),
    flags: z.array(
      z.object({
        rule: z.enum(['leastFenPerPoint', 'mostAtCap', 'mostStruck', 'mostBurstIndex']),
        saw: z.int(),
        limit: z.int(),
      }),
    ),
  })
  .meta({ id: 'BehaviourReport', description: 'What one behaviour paid and brought.' })

const schema = {
  operationId: 'reportBehaviours',
  summary: 'Which behaviours pay too much',
  tags: ['Badges'],
  querystring: z.strictObject({ from: DaySchema, to: DaySchema }),
  response: answers(
    {
      200: {
        description: 'By behaviour, over the days from `from` to `to`.',
        schema: z.object({
          policy: z.string(),
          followDays: z.int(),
          behaviours: z.array(RowSchema),
        }),
      },
    },
    ['badges/no-policy'],
  ),
}

export function behaviourReportRoute(http: Http, context: HttpContext): void {
  const access = ['operator', 'service'] as const
  http.get('/behaviour-report', { schema, config: { access } }, async (request, reply) => {
    const { from, to } = request.query
    if (Temporal.PlainDate.compare(to, from) < 0) {
      const problems = [{ path: 'query.to', message: 'The last day is not before the first.' }]
      return sendProblem(reply, { refusal: 'requests/invalid', problems })
    }

    const report = await reportBehaviours(context, { from, to }, request.receivedAt)
    if (!report.ok) return sendProblem(reply, report)
    const { ok: _, ...told } = report
    return reply.send({
      ...told,
      behaviours: told.behaviours.map(({ memberDays: _days, squares: _squares, ...row }) => {
        return { ...row, flags: [...row.flags] }
      }),
    })
  })
}
