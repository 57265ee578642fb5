import type { MemberCap, Offer } from '#rules/pricing/basket.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'

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
