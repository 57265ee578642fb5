import { z } from 'zod'
import { InstantTextSchema } from '#http/wallets/schemas.ts'

export const NameParamsSchema = z.object({
  name: z
    .string()
    .regex(/^[a-z][a-zA-Z]*(-[a-z]+)*(:[a-z0-9-]{1,63})?$/, {
      error: 'A policy is named like points or points-event:singles-day.',
    })
    .meta({ description: '`points`, `points-event:<event>` ...', examples: ['points'] }),
})

export const VersionParamsSchema = NameParamsSchema.extend({
  version: z
    .string()
    .regex(/^[1-9][0-9]{0,8}$/, { error: 'A version is a whole number, 1 or more.' })
    .transform(Number),
})

export const BodySchema = z
  .union([z.record(z.string(), z.unknown()), z.array(z.unknown())], {
    error: 'The body of a policy is an object, or a list where its schema says so.',
  })
  .meta({ description: 'As the schema of its name says: `jifen decide` explains it.' })

export const VersionSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    status: z.enum(['draft', 'approved', 'withdrawn']),
    inForce: z.boolean(),
    body: BodySchema,
    note: z.string(),
    author: z.string(),
    draftedAt: InstantTextSchema,
    approver: z.string().nullable(),
    approvedAt: InstantTextSchema.nullable(),
    effectiveAt: InstantTextSchema.nullable().meta({ description: '`null`: always was.' }),
  })
  .meta({ id: 'PolicyVersion', description: 'One version of a business rule set as data.' })
