import type { Who } from '#rules/members/who.ts'
import type { BasketLine, Target } from '#rules/pricing/basket.ts'
import { isMeant } from '#rules/pricing/target.ts'

/** Lines that the member may not buy. */
export type LinesReserved = {
  readonly ok: false
  readonly refusal: 'paid/lines-reserved'
  readonly lines: readonly string[]
  readonly unlockedBy: Who
}

/** Refuses lines that are reserved for paid members to anybody else (PM-12); `undefined`: all may be bought. */
export function refuseReserved(
  exclusive: Target | undefined,
  lines: readonly BasketLine[],
  { paidMember }: { readonly paidMember: boolean },
): LinesReserved | undefined {
  if (exclusive === undefined || paidMember) return undefined
  const reserved = lines.filter((line) => isMeant(exclusive, line)).map((line) => line.id)
  if (reserved.length === 0) return undefined
  const unlockedBy = { paidMember: true } as const
  return { ok: false, refusal: 'paid/lines-reserved', lines: reserved, unlockedBy }
}
