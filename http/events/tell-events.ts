import { z } from 'zod'
import { callerOf } from '#http/auth/authenticate.ts'
import { callerId } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { readJsonBody } from '#http/json-body.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { applyEvents } from '#operations/events/apply-events.ts'
import type { EventResult } from '#operations/events/apply-order-facts.ts'
import { FactSchema, readFact, type Fact } from '#rules/orders/facts.ts'

const mostEvents = 1_000
const bodyLimit = 5 * 1024 * 1024

const oneType = 'application/cloudevents+json'
const batchType = 'application/cloudevents-batch+json'

const EventSchema = FactSchema.meta({
  id: 'Event',
  description: 'Something that happened to a member (CloudEvents 1.0).',
})
const BatchSchema = z.array(EventSchema).min(1).max(mostEvents)

const ResultSchema = z
  .looseObject({
    source: z.string(),
    id: z.string(),
    memberId: z.string(),
    status: z.enum(['applied', 'duplicate', 'parked', 'refused']),
    refusal: z.string().optional(),
  })
  .meta({ id: 'EventResult', description: 'What became of one event, with its figures.' })

const example = {
  specversion: '1.0',
  id: 'o-1001/received',
  source: 'orders',
  type: 'jifen.order.received.v1',
  time: '2017-11-15T09:30:00+08:00',
  partitionkey: 'lin',
  data: { orderId: 'o-1001' },
}

const schema = {
  operationId: 'tellEvents',
  summary: 'Tell what happened: one event, or a batch of up to 1,000',
  description:
    'CloudEvents 1.0 as JSON. `partitionkey` is the member, `time` when it happened. Each event is applied once, with all its effects, whatever the order in which they come; one of a batch that does not fit spoils no other.',
  tags: ['Events'],
  body: {
    required: true,
    content: {
      [oneType]: { schema: EventSchema, example },
      [batchType]: { schema: BatchSchema, example: [example] },
      'application/json': { schema: z.union([EventSchema, BatchSchema]), example },
    },
  },
  response: answers(
    {
      200: {
        description: 'What became of each, in the order told.',
        schema: z.object({ results: z.array(ResultSchema) }),
        example: {
          results: [
            { source: 'orders', id: 'o-1001/received', memberId: 'lin', status: 'applied' },
          ],
        },
      },
    },
    [...ofBody, 'events/invalid'],
  ),
}

export async function tellEventsRoute(http: Http, context: HttpContext): Promise<void> {
  for (const type of [oneType, batchType]) {
    http.addContentTypeParser(
      type,
      { parseAs: 'buffer' },
      async (_request: unknown, bytes: Buffer) => readJsonBody(bytes),
    )
  }
  http.post(
    '/events',
    {
      schema,
      bodyLimit,
      config: { access: ['service', 'operator'], endsFlow: true },
      // Each event is read by itself below, so that one that does not fit spoils no other.
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request, reply) => {
      const told = eventsIn(request.body as unknown, request.headers['content-type'] ?? '')
      if (typeof told === 'string') {
        const problems = [{ path: 'body', message: told }]
        return sendProblem(reply, { refusal: 'requests/invalid', problems })
      }
      const read = told.events.map((event) => readFact(event))
      const [first] = read
      if (!told.isBatch && first?.ok === false) return sendProblem(reply, first)

      const applied = await applyEvents(
        {
          db: context.db,
          policies: context.policies,
          market: context.market,
          now: request.receivedAt,
          actor: callerId(callerOf(request)),
        },
        read.flatMap((each): Fact[] => (each.ok ? [each.fact] : [])),
      )
      const results = read.map((each, index) =>
        each.ok ? applied.shift() : unread(told.events[index], each),
      )
      const all = results.filter((result) => result !== undefined)
      for (const { status } of all) http.metrics.event(status)
      return reply.send({ results: all })
    },
  )
}

type Told = { readonly isBatch: boolean; readonly events: readonly unknown[] }

/** The events of a body, or what is wrong with it as a whole. */
function eventsIn(body: unknown, contentType: string): Told | string {
  const isBatch = Array.isArray(body)
  if (isBatch && contentType.startsWith(oneType)) return `This is one event, not a list.`
  if (!isBatch && contentType.startsWith(batchType)) return 'A batch is a list of events.'
  if (!isBatch) return { isBatch, events: [body] }
  if (body.length < 1 || body.length > mostEvents) {
    return `A batch has 1 to ${mostEvents} events, not ${body.length}.`
  }
  return { isBatch, events: body as readonly unknown[] }
}

function unread(event: unknown, refused: object): EventResult {
  const { source, id, partitionkey } = (event ?? {}) as Readonly<Record<string, unknown>>
  return {
    source: textOf(source),
    id: textOf(id),
    memberId: textOf(partitionkey),
    status: 'refused',
    ...withoutOk(refused),
  }
}

function withoutOk(refused: object): object {
  return Object.fromEntries(Object.entries(refused).filter(([key]) => key !== 'ok'))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : ''
}
