import { z } from 'zod'

/** Policy `declarations`: what is said of the goods of all campaigns. */
export const DeclarationsPolicySchema = z.strictObject({
  /** A trade that asks another price for a declared SKU than the declared one (DL-11). */
  otherPrice: z.enum(['refuse', 'record']).default('refuse'),
  /** So many units of one SKU may be declared. */
  mostQuantity: z.int().min(1).max(1_000_000_000).default(10_000_000),
})

export type DeclarationsPolicy = z.output<typeof DeclarationsPolicySchema>
