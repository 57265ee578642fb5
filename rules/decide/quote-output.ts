import { z } from 'zod'
import { FenOutSchema } from '#rules/decide/fields.ts'
import { layers } from '#rules/pricing/policy.ts'

const LayerSchema = z.enum(layers)
const ByIdSchema = z.record(z.string(), FenOutSchema).readonly()
const TextSchema = z.string().optional()
const NumberSchema = z.int().optional()

const ShareSchema = z.strictObject({
  layer: LayerSchema,
  instrument: z.string(),
  offFen: FenOutSchema,
  funder: z.string(),
  policy: TextSchema,
  campaign: TextSchema,
})

const LineSchema = z.strictObject({
  id: z.string(),
  sku: TextSchema,
  /** Its order; without it, the shop that a share's funder names. */
  shop: TextSchema,
  quantity: NumberSchema,
  payFen: FenOutSchema,
  unitsFen: z.array(FenOutSchema).readonly(),
  shares: z.array(ShareSchema).readonly(),
})

const AppliedSchema = z.strictObject({
  id: z.string(),
  shop: TextSchema,
  offFen: FenOutSchema,
  baseFen: NumberSchema,
  thresholdFen: NumberSchema,
  times: NumberSchema,
  cutFen: NumberSchema,
  points: NumberSchema,
  capFen: NumberSchema,
  capLeftFen: NumberSchema,
})

const LayerReportSchema = z.strictObject({
  layer: LayerSchema,
  baseFen: FenOutSchema,
  offFen: FenOutSchema,
  byShopFen: ByIdSchema,
  applied: z.array(AppliedSchema).readonly(),
})

const NotAppliedSchema = z.strictObject({
  id: z.string(),
  refusal: z.string(),
  shop: TextSchema,
  baseFen: NumberSchema,
  thresholdFen: NumberSchema,
  shortFen: NumberSchema,
  shortUnits: NumberSchema,
  by: TextSchema,
  lines: z.array(z.string()).readonly().optional(),
  unlockedBy: z
    .strictObject({
      tiers: z.array(z.string()).readonly().optional(),
      scoreFrom: NumberSchema,
      paidMember: z.literal(true).optional(),
    })
    .optional(),
  capFen: NumberSchema,
})

const MissingSchema = z.strictObject({
  id: z.string(),
  shop: TextSchema,
  addFen: NumberSchema,
  addUnits: NumberSchema,
  savesFen: FenOutSchema,
})

const UsedSchema = z.strictObject({
  coupons: z.array(z.string()).readonly(),
  allowanceFen: FenOutSchema,
  redEnvelopesFen: ByIdSchema,
  points: z.int(),
  offers: z.array(z.string()).readonly(),
})

const AllowanceSchema = z.strictObject({
  line: z.string(),
  campaign: z.string(),
  policy: z.string(),
  step: z.strictObject({ everyFen: FenOutSchema, offFen: FenOutSchema }).nullable(),
  why: z.string(),
})

/** What a shop charges besides goods; what an offer took off freight is in its shares. */
const ChargeSchema = z.strictObject({
  kind: z.enum(['freight', 'tax', 'service']),
  shop: z.string(),
  amountFen: FenOutSchema,
  payFen: FenOutSchema,
  shares: z.array(ShareSchema).readonly(),
})

/** A quote as the decision gives it, and as a return takes it back in. */
export const QuoteOutputSchema = z.strictObject({
  ok: z.literal(true),
  goodsFen: FenOutSchema,
  freightFen: FenOutSchema,
  extrasFen: FenOutSchema,
  depositFen: NumberSchema,
  payFen: FenOutSchema,
  optimal: z.boolean(),
  layers: z.array(LayerReportSchema).readonly(),
  lines: z.array(LineSchema).readonly(),
  charges: z.array(ChargeSchema).readonly(),
  gifts: z
    .array(z.strictObject({ sku: z.string(), quantity: z.int(), offer: z.string() }))
    .readonly(),
  notApplied: z.array(NotAppliedSchema).readonly(),
  missing: z.array(MissingSchema).readonly(),
  used: UsedSchema,
  policies: z.array(z.string()).readonly(),
  /** Of a trade on the day of a campaign: what its lines carry of the allowance. */
  allowances: z.array(AllowanceSchema).readonly().optional(),
})

export type QuoteOutput = z.output<typeof QuoteOutputSchema>
