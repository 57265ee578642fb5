import type { Reader } from '#db/connection.ts'
import { standingsAt } from '#operations/membership/standing.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { asksForStanding, type Audience, type Claimer } from '#rules/issuing/who-and-when.ts'

/** Members as an audience asks for them: what they are is read only where it matters (IS-8). */
export async function claimersFor(
  db: Reader,
  policies: PolicyBook,
  audience: Audience,
  memberIds: readonly string[],
  at: Temporal.Instant,
): Promise<(memberId: string) => Claimer> {
  if (!asksForStanding(audience)) return (memberId) => ({ memberId })
  const standings = await standingsAt(db, policies, memberIds, at)
  return (memberId) => standings.get(memberId) ?? { memberId }
}

/** As `claimersFor`, of one member. */
export async function claimerFor(
  db: Reader,
  policies: PolicyBook,
  audience: Audience,
  memberId: string,
  at: Temporal.Instant,
): Promise<Claimer> {
  return (await claimersFor(db, policies, audience, [memberId], at))(memberId)
}
