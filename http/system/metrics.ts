import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { earliestDue, unsentEntries } from '#db/health.ts'
import { isUnreachable } from '#db/unreachable.ts'
import type { Http, HttpContext } from '#http/context.ts'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Metrics
  }
}

/** What the routes count. Never by member or order: labels are few. */
export type Metrics = {
  readonly posting: (kind: string, outcome: 'done' | 'refused') => void
  readonly event: (status: string) => void
}

const mostUnsent = 100_000

/** Counts what is served and tells it at /metrics, for Prometheus. */
export function measure(http: Http, context: HttpContext): void {
  const register = new Registry()
  collectDefaultMetrics({ register })
  const registers = [register]

  const durations = new Histogram({
    name: 'jifen_http_request_duration_seconds',
    help: 'Time until a request was answered.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  http.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    const labels = { method: request.method, route, status: reply.statusCode }
    durations.observe(labels, reply.elapsedTime / 1_000)
  })

  const postings = new Counter({
    name: 'jifen_postings_total',
    help: 'Commands to wallets that were asked for, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const events = new Counter({
    name: 'jifen_events_total',
    help: 'Events that were told, by what became of them.',
    labelNames: ['status'],
    registers,
  })
  http.decorate('metrics', {
    posting: (kind: string, outcome: string) => postings.inc({ kind, outcome }),
    event: (status: string) => events.inc({ status }),
  })
  gauges(context, registers)

  http.get(
    '/metrics',
    {
      schema: { operationId: 'getMetrics', summary: 'Figures for Prometheus', tags: ['System'] },
      config: { access: 'anyone', unlimited: true },
    },
    async (_request, reply) => reply.type(register.contentType).send(await register.metrics()),
  )
}

/** Read from the database when they are asked for. */
function gauges({ db, clock }: HttpContext, registers: Registry[]): void {
  const unsent = new Gauge({
    name: 'jifen_outbox_unsent',
    help: `Entries nobody was told of yet, counted up to ${mostUnsent}.`,
    registers,
    collect: async () => {
      const count = await orUnknown(unsentEntries(db, mostUnsent))
      unsent.set(count)
    },
  })
  const late = new Gauge({
    name: 'jifen_due_lag_seconds',
    help: 'For how long the most overdue lapse, activation or time-out has waited to be booked.',
    registers,
    collect: async () => {
      const due = await orUnknown(
        earliestDue(db).then((earliest) => {
          if (earliest === null) return 0
          return Math.max(0, clock.now().epochMilliseconds - earliest.epochMilliseconds) / 1_000
        }),
      )
      late.set(due)
    },
  })
}

async function orUnknown(figure: Promise<number>): Promise<number> {
  try {
    return await figure
  } catch (error) {
    if (isUnreachable(error)) return Number.NaN
    throw error
  }
}
