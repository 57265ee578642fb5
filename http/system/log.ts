import type { FastifyBaseLogger } from 'fastify'
import type { Http } from '#http/context.ts'
import { pino } from 'pino'

/** The log of one program, as JSON lines. `silent` says nothing. */
export function loggerFor(level: string): FastifyBaseLogger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime })
}

/** One line for each answer: the route, never the URL, in which members are named. */
export function logRequests(http: Http): void {
  http.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.unlimited === true) return
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        role: request.caller?.role,
      },
      'answered',
    )
  })
}
