import { z } from 'zod'
import { nameOf } from '#rules/fields.ts'

/** Which members: those who are all that is said. Nothing said means everybody. */
export type Who = {
  readonly tiers?: readonly string[] | undefined
  readonly scoreFrom?: number | undefined
  readonly paidMember?: true | undefined
}

/** What somebody is, as far as it matters here. */
export type Being = {
  readonly tier?: string | null | undefined
  readonly score?: number | undefined
  readonly paidMember?: boolean | undefined
}

/** The keys of a policy or an offer that say who. */
export const whoKeys = {
  tiers: z.array(nameOf(100)).max(100).optional(),
  scoreFrom: z.int().min(0).max(1_000_000_000).optional(),
  paidMember: z.literal(true).optional(),
}

/**
 * What is missing to somebody, and so what unlocks it: only the keys that do not hold (PM-14);
 * `undefined`: nothing is missing.
 */
export function lackOf(
  { tiers, scoreFrom, paidMember }: Who,
  { tier, score = 0, paidMember: isPaid = false }: Being,
): Who | undefined {
  const lacksTier = tiers !== undefined && (typeof tier !== 'string' || !tiers.includes(tier))
  const lacksScore = scoreFrom !== undefined && score < scoreFrom
  const lacksPaid = paidMember === true && !isPaid
  if (!lacksTier && !lacksScore && !lacksPaid) return undefined
  return {
    ...(lacksTier ? { tiers } : {}),
    ...(lacksScore ? { scoreFrom } : {}),
    ...(lacksPaid ? { paidMember } : {}),
  }
}
