import { z } from 'zod'
import { shopById } from '#db/shops/shops.ts'
import {
  turnsOf,
  violationKey,
  violationsAwaiting,
  violationsPage,
  type ViolationRow,
} from '#db/merchants/violations.ts'
import type { Http, HttpContext } from '#http/context.ts'
import { cursorOf, placeOf } from '#http/cursor.ts'
import {
  SanctionSchema,
  sanctionText,
  ViolationSchema,
  violationText,
} from '#http/merchants/schemas.ts'
import { sendProblem } from '#http/problems.ts'
import { answers, CursorSchema, LimitSchema } from '#http/route.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import { InstantTextSchema } from '#http/wallets/schemas.ts'
import { shopPointsAt } from '#operations/merchants/violations/read-violations.ts'
import { InstantSchema } from '#rules/fields.ts'
import { violationKinds } from '#rules/merchants/violations/policy.ts'
import { instantToText } from '#rules/time/instants.ts'

const usualLimit = 20

const TotalSchema = z
  .object({
    kind: z.enum(violationKinds),
    points: z.int(),
    carriedPoints: z.int().meta({ description: 'Left of earlier years.' }),
    addedPoints: z.int().meta({ description: 'Of this year.' }),
    violations: z.array(z.string()).meta({ description: 'Whose points are in it.' }),
    resets: z
      .array(z.object({ at: InstantTextSchema, points: z.int() }))
      .meta({ description: 'What the ends of years took.' }),
    resetsAt: InstantTextSchema,
    next: z
      .object({
        threshold: z.int(),
        missingPoints: z.int(),
        title: z.object({ zh: z.string(), en: z.string() }),
        barredDays: z.int().nullable(),
        penaltyFen: z.int().nullable(),
        removed: z.boolean(),
      })
      .nullable()
      .meta({ description: 'The next consequence above the total.' }),
  })
  .meta({ id: 'ViolationTotal', description: 'The points of one kind at an instant, explained.' })

const pointsSchema = {
  operationId: 'getShopViolations',
  summary: 'The violation points of a shop, what followed, and its violations',
  description: 'Totals are those of `at`, or of now; the list is the latest recorded first.',
  tags: ['Merchant metrics'],
  params: ShopParamsSchema,
  querystring: z
    .object({
      at: InstantSchema.optional(),
      limit: LimitSchema.optional(),
      cursor: CursorSchema.optional(),
    })
    .strict(),
  response: answers(
    {
      200: {
        description: 'The points. Without `nextCursor` the list is complete.',
        schema: z.object({
          shopId: z.string(),
          at: InstantTextSchema,
          policy: z.string().nullable(),
          totals: z.array(TotalSchema),
          barredUntil: InstantTextSchema.nullable(),
          removed: z.boolean(),
          sanctions: z.array(SanctionSchema),
          violations: z.array(ViolationSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['requests/bad-cursor', 'shops/unknown'],
  ),
}

const queueSchema = {
  operationId: 'listViolationAppeals',
  summary: 'Violations that wait for a decision, the longest waiting first',
  tags: ['Merchant metrics'],
  querystring: z
    .object({
      status: z.enum(['appealed', 'strikeProposed']).optional(),
      limit: LimitSchema.optional(),
      cursor: CursorSchema.optional(),
    })
    .strict(),
  response: answers(
    {
      200: {
        description: 'A page. Without `nextCursor` it is the last.',
        schema: z.object({
          violations: z.array(ViolationSchema),
          nextCursor: z.string().optional(),
        }),
      },
    },
    ['requests/bad-cursor'],
  ),
}

/** What is read of violations. */
export function readViolationsRoutes(http: Http, context: HttpContext): void {
  const { db, market } = context
  const { zone } = market

  const textsOf = async (rows: readonly ViolationRow[]) => {
    const turns = Map.groupBy(await turnsOf(db, rows), (each) =>
      violationKey(each.shopId, each.violationId),
    )
    return rows.map((row) =>
      violationText(row, turns.get(violationKey(row.shopId, row.violationId)) ?? [], zone),
    )
  }

  http.get(
    '/shops/:shopId/violations',
    { schema: pointsSchema, config: { access: ['merchant', 'operator', 'service'] } },
    async (request, reply) => {
      const { shopId } = request.params
      const { cursor, limit = usualLimit, at = request.receivedAt } = request.query
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const shop = await shopById(db, shopId)
      if (shop === undefined) return sendProblem(reply, { refusal: 'shops/unknown' })

      const points = await shopPointsAt(db, context, shopId, at)
      const found = await violationsPage(db, shopId, { offset, limit: limit + 1 })
      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      const { barredUntil } = points
      return reply.send({
        shopId,
        at: instantToText(at, zone),
        policy: points.policy ?? null,
        totals: points.totals.map((total) => totalText(total, zone)),
        barredUntil: barredUntil === undefined ? null : instantToText(barredUntil, zone),
        removed: points.removed,
        sanctions: points.sanctions.map((each) => sanctionText(each, zone)),
        violations: await textsOf(found.slice(0, limit)),
        ...next,
      })
    },
  )

  http.get(
    '/violation-appeals',
    { schema: queueSchema, config: { access: ['operator'] } },
    async (request, reply) => {
      const { cursor, limit = usualLimit, status } = request.query
      const offset = cursor === undefined ? 0 : placeOf(cursor)
      if (offset === undefined) return sendProblem(reply, { refusal: 'requests/bad-cursor' })
      const turns = status === undefined ? (['appealed', 'strikeProposed'] as const) : [status]
      const found = await violationsAwaiting(db, turns, { offset, limit: limit + 1 })
      const next = found.length > limit ? { nextCursor: cursorOf(offset + limit) } : {}
      return reply.send({ violations: await textsOf(found.slice(0, limit)), ...next })
    },
  )
}

type Total = Awaited<ReturnType<typeof shopPointsAt>>['totals'][number]

function totalText(total: Total, zone: string): z.input<typeof TotalSchema> {
  const { kind, points, carriedPoints, addedPoints, violations, resets, resetsAt, next } = total
  return {
    kind,
    points,
    carriedPoints,
    addedPoints,
    violations: [...violations],
    resets: resets.map((each) => ({ at: instantToText(each.at, zone), points: each.points })),
    resetsAt: instantToText(resetsAt, zone),
    next:
      next === undefined
        ? null
        : {
            threshold: next.threshold,
            missingPoints: next.missingPoints,
            title: next.consequence.title,
            barredDays: next.consequence.barredDays ?? null,
            penaltyFen: next.consequence.penalty ?? null,
            removed: next.consequence.removed === true,
          },
  }
}
