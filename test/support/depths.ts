import type { z } from 'zod'
import { deepestDiscount, type Depth } from '#rules/depth/deepest.ts'
import { DepthInputSchema, depthQuestion } from '#rules/depth/input.ts'
import { PricingPolicySchema, type PricingPolicy } from '#rules/pricing/policy.ts'

const layers = ['item', 'shop', 'coupon', 'platformCoupon', 'allowance', 'redEnvelope'] as const
export const sequential = PricingPolicySchema.parse({ layers: [...layers] })
export const parallel = PricingPolicySchema.parse({ layers: [...layers], threshold: 'parallel' })

export type Asked = z.input<typeof DepthInputSchema>

/** The deepest discount of what was asked, on the days of Shanghai. */
export function depthOf(asked: Asked, policy: PricingPolicy = sequential): Depth {
  return deepestDiscount(
    depthQuestion(DepthInputSchema.parse(asked), policy, 'Asia/Shanghai'),
    policy,
  )
}
