import { z } from 'zod'
import type { Campaign } from '#rules/campaigns/policy.ts'
import { decision, policyOf, type DecisionContext } from '#rules/decide/decision.ts'
import { InstantOutSchema } from '#rules/decide/fields.ts'
import { isLate } from '#rules/delivery/assess.ts'
import {
  DaysSchema,
  DeliveryPolicySchema,
  HoursSchema,
  PrintedSchema,
  type DeliveryPolicy,
} from '#rules/delivery/policy.ts'
import { shipByOf, type Goods, type Promised } from '#rules/delivery/ship-by.ts'
import { InstantSchema, nameOf } from '#rules/fields.ts'
import { instantToText } from '#rules/time/instants.ts'
import { TradePolicySchema } from '#rules/trades/policy.ts'

/** Whether goods are such, or until when the page or the tool promised them. */
const FlagSchema = z
  .union(
    [
      z.boolean(),
      PrintedSchema,
      z.strictObject({ by: PrintedSchema }),
      z.strictObject({ hours: HoursSchema }),
      z.strictObject({ days: DaysSchema }),
    ],
    { error: 'This is true, false, an instant, a day, or { "by" | "hours" | "days" }.' },
  )
  .nullish()

const InputSchema = z.strictObject({
  campaign: nameOf(100).nullish(),
  paidAt: InstantSchema,
  category: nameOf(100).nullish(),
  presale: FlagSchema,
  custom: FlagSchema,
  /** The shop's click. */
  shippedAt: InstantSchema.nullish(),
  /** The carrier's first record. */
  collectedAt: InstantSchema.nullish(),
  /** What was not told by then has not happened; absent: it is undecided. */
  at: InstantSchema.nullish(),
})

const OutputSchema = z.strictObject({
  ok: z.boolean(),
  refusal: z.string().optional(),
  shipBy: InstantOutSchema.nullable(),
  traceBy: InstantOutSchema.nullable(),
  late: z.boolean().nullable(),
  why: z.strictObject({
    set: z.enum(['rule', 'promise', 'ordinaryHours']),
    rule: z.int().optional(),
    title: z.strictObject({ zh: z.string(), en: z.string() }).optional(),
    tried: z.array(
      z.strictObject({
        rule: z.int(),
        misses: z.enum(['paid', 'categories', 'presale', 'custom']),
      }),
    ),
  }),
})

/** Until when an order is shipped and recorded, and whether it was late (SH-1 to SH-6). */
export const shipByDecision = decision({
  name: 'ship-by',
  summary: 'until when a paid order is shipped, and whether it is late',
  policy: 'delivery',
  inputSchema: InputSchema,
  outputSchema: OutputSchema,
  decide: (input, context): z.input<typeof OutputSchema> => {
    const { zone } = context
    const { shippedAt = null, collectedAt = null, at = null } = input
    const found = rulesOf(context, input.campaign ?? undefined)
    const trade = context.policies.trade ?? TradePolicySchema.parse({})
    const rules = {
      rules: found ?? policyOf(context, 'delivery'),
      ordinary: trade.shipWithin,
      zone,
    }
    const { ship, trace, why } = shipByOf(goodsOf(input), input.paidAt, rules)
    return {
      ok: found !== undefined,
      ...(found === undefined ? { refusal: 'campaigns/unknown' } : {}),
      shipBy: ship === null ? null : instantToText(ship.at, zone),
      traceBy: trace === null ? null : instantToText(trace.at, zone),
      late: isLate({ ship, trace }, { shippedAt, collectedAt }, at),
      why: { ...why, tried: [...why.tried] },
    }
  },
})

function goodsOf({ category, presale, custom }: z.output<typeof InputSchema>): Goods {
  const promise = promiseOf(presale) ?? promiseOf(custom)
  return {
    category: category ?? 'ordinary',
    isPresale: isSaid(presale),
    isCustom: isSaid(custom),
    ...(promise === undefined ? {} : { promise }),
  }
}

type Flag = z.output<typeof FlagSchema>

function isSaid(flag: Flag): boolean {
  return flag !== undefined && flag !== null && flag !== false
}

function promiseOf(flag: Flag): Promised | undefined {
  return flag === undefined || flag === null || typeof flag === 'boolean' ? undefined : flag
}

const prefix = 'campaign:'

/** The market's rules, or what the campaign lays over them (PO-6); `undefined`: there is no such campaign. */
function rulesOf(
  context: DecisionContext,
  campaign: string | undefined,
): DeliveryPolicy | undefined {
  if (campaign === undefined) return policyOf(context, 'delivery')
  const policies = context.policies as Readonly<Record<string, unknown>>
  const name = campaign.startsWith(prefix) ? campaign : `${prefix}${campaign}`
  const known = policies[name] as Campaign | undefined
  if (known === undefined) return undefined
  const laid = known.policies.delivery
  return laid === undefined ? policyOf(context, 'delivery') : DeliveryPolicySchema.parse(laid)
}
