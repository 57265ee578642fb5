import { z } from 'zod'
import { roles } from '#http/auth/caller.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, ofBody } from '#http/route.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { InstantSchema } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'

const MarketSchema = z
  .object({
    currency: z.string(),
    minorDigits: z.int(),
    zone: z.string(),
    preset: z.string(),
    now: InstantTextSchema,
    clock: z.enum(['real', 'virtual']),
  })
  .meta({ id: 'Market', description: 'What this deployment is, and what time it is here.' })

const marketSchema = {
  operationId: 'getMarket',
  summary: 'The market',
  tags: ['Market'],
  response: answers({ 200: { description: 'The market.', schema: MarketSchema } }, []),
}

const clockSchema = {
  operationId: 'moveClock',
  summary: 'Move the virtual clock forward',
  description: 'Only where the server was started with `--clock`. What is due by then happens.',
  tags: ['Market'],
  body: z.strictObject({ to: InstantSchema }),
  response: answers(
    { 200: { description: 'Moved.', schema: z.object({ now: InstantTextSchema }) } },
    [...ofBody, 'clock/not-virtual', 'clock/backwards'],
  ),
}

export function marketRoutes(http: Http, { market, clock }: HttpContext): void {
  http.get(
    '/market',
    { schema: marketSchema, config: { access: roles } },
    async (request, reply) => {
      const now = instantToText(request.receivedAt, market.zone)
      return reply.send({ ...market, now, clock: clock.virtual ? 'virtual' : 'real' })
    },
  )

  http.post(
    '/clock',
    { schema: clockSchema, config: { access: ['operator'] } },
    async (request, reply) => {
      const moved = clock.moveTo(request.body.to)
      if (!moved.ok) return sendProblem(reply, moved)

      return reply.send({ now: instantToText(moved.now, market.zone) })
    },
  )
}
