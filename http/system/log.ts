import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import type { Http } from '#http/context.ts'

/** The log of one program, on standard error: lines for a person on a terminal, else JSON. */
export function loggerFor(level: string): FastifyBaseLogger {
  const settings = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (level === 'silent' || !process.stderr.isTTY) return pino(settings, pino.destination(2))

  const prettify = prettyFactory({
    colorize: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  })
  return pino(settings, { write: (line) => process.stderr.write(prettify(line) ?? '') })
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
