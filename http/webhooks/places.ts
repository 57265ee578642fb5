import { z } from 'zod'
import type { Role } from '#http/auth/caller.ts'
import type { ProblemCode } from '#http/problems.ts'
import { ShopParamsSchema } from '#http/shops/schemas.ts'
import type { OwnEndpoint } from '#operations/webhooks/change-endpoints.ts'

/** Whose endpoints: the same routes stand under each. */
export type WebhookPlace = {
  /** In the middle of the names of operations. */
  readonly name: '' | 'Shop'
  readonly whose: string
  readonly path: '/webhooks' | '/shops/:shopId/webhooks'
  readonly params: z.ZodType
  readonly endpointParams: z.ZodType
  readonly deliveryParams: z.ZodType
  readonly access: readonly Role[]
  readonly refusals: readonly ProblemCode[]
  readonly shopIdOf: (params: unknown) => string | null
  readonly ownOf: (params: unknown) => OwnEndpoint
}

const EndpointIdSchema = z.string().regex(/^we_[0-9a-f-]{36}$/, {
  error: 'An endpoint is named as it was when it was made: we_...',
})

const MessageIdSchema = z.string().regex(/^msg_[A-Za-z0-9_-]{1,60}$/, {
  error: 'A delivery is named by its webhook-id: msg_...',
})

const MarketParamsSchema = z.object({})

const ofEndpoint = { endpointId: EndpointIdSchema }
const ofDelivery = { ...ofEndpoint, messageId: MessageIdSchema }

/** The market's own endpoints, and those of a shop. */
export function placesOf(): readonly WebhookPlace[] {
  return [
    {
      name: '',
      whose: 'the market',
      path: '/webhooks',
      params: MarketParamsSchema,
      endpointParams: MarketParamsSchema.extend(ofEndpoint),
      deliveryParams: MarketParamsSchema.extend(ofDelivery),
      access: ['operator'],
      refusals: [],
      shopIdOf: () => null,
      ownOf: (params) => ({ shopId: null, endpointId: idOf(params) }),
    },
    {
      name: 'Shop',
      whose: 'a shop',
      path: '/shops/:shopId/webhooks',
      params: ShopParamsSchema,
      endpointParams: ShopParamsSchema.extend(ofEndpoint),
      deliveryParams: ShopParamsSchema.extend(ofDelivery),
      access: ['merchant', 'operator'],
      refusals: ['shops/unknown'],
      shopIdOf,
      ownOf: (params) => ({ shopId: shopIdOf(params), endpointId: idOf(params) }),
    },
  ]
}

function shopIdOf(params: unknown): string {
  return (params as { readonly shopId: string }).shopId
}

function idOf(params: unknown): string {
  return (params as { readonly endpointId: string }).endpointId
}
