import { z } from 'zod'
import { InstantTextSchema } from '#http/wallets/schemas.ts'

/** An announcement as other systems are told it. */
export const CloudEventSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'With `source` unique for ever.' }),
    source: z
      .enum(['jifen', 'jifen/shops'])
      .meta({ description: '`jifen/shops`: it is about a shop.' }),
    type: z.string().meta({ examples: ['jifen.tier.changed.v1'] }),
    time: InstantTextSchema,
    partitionkey: z.string().meta({ description: 'The member or the shop.' }),
    datacontenttype: z.literal('application/json'),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AnnouncedEvent', description: 'An announcement as a CloudEvent 1.0.' })
