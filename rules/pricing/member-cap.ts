import { z } from 'zod'
import { PositiveMoneySchema } from '#rules/fields.ts'
import type { MemberCap, Offer } from '#rules/pricing/basket.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'

const mostFen = 100_000_000_000

/** The most that an offer takes off for one member in a period, as it is written. */
export const MemberCapSchema = z.strictObject({
  off: PositiveMoneySchema.refine((fen) => fen > 0 && fen <= mostFen, {
    error: 'A cap is more than nothing, and at most 1000000000.00.',
  }),
  per: z.enum(['day', 'month', 'year']),
  name: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]{1,64}$/, {
      error: 'A cap is named with letters, digits and _ . : -',
    })
    .optional(),
})

/** Under which what a member saved is counted: offers whose caps have one name and period share it. */
export function capKeyOf(id: string, { name = id, per }: MemberCap): string {
  return `${name}/${per}`
}

/** What a member may still save by an offer in the period, after what this basket saved (PR-19). */
export function leftOfCap({ basket, capped }: Sheet, id: string, cap: MemberCap): number {
  const key = capKeyOf(id, cap)
  const savedFen = (basket.member.saved?.[key] ?? 0) + (capped?.get(key) ?? 0)
  return Math.max(0, cap.off - savedFen)
}

/** Counts what an offer took off towards its cap. */
export function countCapped(sheet: Sheet, { id }: Offer, cap: MemberCap, offFen: number): void {
  const key = capKeyOf(id, cap)
  sheet.capped ??= new Map()
  sheet.capped.set(key, (sheet.capped.get(key) ?? 0) + offFen)
}
