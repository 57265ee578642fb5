import type { ZodOpenApiResponsesObject } from 'zod-openapi'
import { z } from 'zod'
import { problems, ProblemSchema, type ProblemCode } from '#http/problems.ts'

/** What a route gives when all goes well. */
export type Given = {
  readonly description: string
  readonly schema: z.ZodType
  readonly example?: unknown
}

/** What may come of a request that has to prove who asks. */
const ofProof: readonly ProblemCode[] = ['requests/unauthenticated', 'requests/forbidden']

/** What may come of any request. */
const always: readonly ProblemCode[] = [
  'requests/invalid',
  'requests/too-many',
  'server/fault',
  'server/overloaded',
  'server/unavailable',
  'server/timeout',
]

/** What may come of any request with a body besides. */
export const ofBody: readonly ProblemCode[] = [
  'requests/not-json',
  'requests/too-large',
  'requests/media-type',
]

/** The answers of a route for callers: what it gives, and every problem by status. */
export function answers(
  given: Readonly<Record<number, Given>>,
  refusals: readonly ProblemCode[],
): ZodOpenApiResponsesObject {
  return openAnswers(given, [...ofProof, ...refusals])
}

/** The answers of a route that anybody may ask. */
export function openAnswers(
  given: Readonly<Record<number, Given>>,
  refusals: readonly ProblemCode[],
): ZodOpenApiResponsesObject {
  const good = Object.entries(given).map(([status, { description, schema, example }]) => {
    const told = example === undefined ? { schema } : { schema, example }
    return [status, { description, content: { 'application/json': told } }]
  })
  const byStatus = Map.groupBy(new Set([...always, ...refusals]), (code) => problems[code].status)
  const bad = [...byStatus].map(([status, codes]) => [
    String(status),
    {
      description: codes.map((code) => `\`${code}\` ${problems[code].title}`).join('\n\n'),
      content: { 'application/problem+json': { schema: ProblemSchema } },
    },
  ])
  return Object.fromEntries([...good, ...bad]) as ZodOpenApiResponsesObject
}

/** The `Idempotency-Key` that every posting needs. */
export const IdempotencyHeadersSchema = z.object({
  'idempotency-key': z
    .string({ error: 'The header Idempotency-Key is required here.' })
    .regex(/^[\x21-\x7E]{1,255}$/, {
      error: 'An Idempotency-Key has 1 to 255 visible characters of ASCII.',
    })
    .meta({
      description:
        'Names this request. The same again with the same key is answered as before, and done once; the key with another request is refused.',
      examples: ['7b0c1a52-9f7e-4b0c-8f5e-0a1b2c3d4e5f'],
    }),
})

/** Where a list goes on, as it was given by the page before. */
export const CursorSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,600}$/, { error: 'A cursor is the nextCursor of the page before.' })
  .meta({ description: 'The `nextCursor` of the page before.' })

export const LimitSchema = z
  .string()
  .regex(/^[0-9]{1,3}$/, { error: notLimit() })
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= 100, { error: notLimit() })
  .meta({ description: 'How many at most: 1 to 100.', examples: ['20'] })

function notLimit(): string {
  return 'A limit is a whole number from 1 to 100.'
}
