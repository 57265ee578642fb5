import { z } from 'zod'
import { answersAtAll, missingMigrations } from '#db/health.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { openAnswers } from '#http/route.ts'

const config = { access: 'anyone', unlimited: true } as const

const liveSchema = {
  operationId: 'isLive',
  summary: 'Whether the program runs',
  tags: ['System'],
  response: openAnswers(
    { 200: { description: 'It runs.', schema: z.object({ status: z.literal('live') }) } },
    [],
  ),
}

const readySchema = {
  operationId: 'isReady',
  summary: 'Whether requests can be served: database, migrations, policies',
  tags: ['System'],
  response: openAnswers(
    { 200: { description: 'They can.', schema: z.object({ status: z.literal('ready') }) } },
    [],
  ),
}

/** Probes. The first asks nothing of the database, so that its fall does not restart the program. */
export function healthRoutes(http: Http, { db, policies }: HttpContext): void {
  let isMigrated = false

  http.get('/livez', { schema: liveSchema, config }, async (_request, reply) =>
    reply.send({ status: 'live' }),
  )

  http.get('/readyz', { schema: readySchema, config }, async (_request, reply) => {
    const refusal = 'server/unavailable' as const
    if (http.isDraining()) return sendProblem(reply, { refusal, detail: 'Stopping.' })
    if (policies.names().length === 0) {
      return sendProblem(reply, { refusal, detail: 'There is no policy in force.' })
    }
    await answersAtAll(db)
    const missing = isMigrated ? [] : await missingMigrations(db)
    if (missing.length > 0) {
      return sendProblem(reply, { refusal, detail: `Not migrated yet: ${missing.join(', ')}.` })
    }
    isMigrated = true
    return reply.send({ status: 'ready' })
  })
}
