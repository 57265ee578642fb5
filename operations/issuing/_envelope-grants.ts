import { randomBytes } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { grantedSoFar, type Move } from '#db/issuing/budgets.ts'
import { hasFewEnvelopes, insertEnvelopes } from '#db/issuing/envelopes.ts'
import { cutRandomly, nextCut, type Cut } from '#rules/issuing/cut.ts'
import type { RedEnvelopeBudget } from '#rules/issuing/red-envelope.ts'

/** With fewer envelopes open, the next are cut. */
const fewEnvelopes = 2_500

/** What a budget of red envelopes grants next: an amount, and into how many envelopes it is cut. */
export async function envelopesToGrant(
  tx: Writer,
  { resource, shard }: Pick<Move, 'resource' | 'shard'>,
  budget: RedEnvelopeBudget,
): Promise<{ readonly amount: number; readonly parts: number } | undefined> {
  if (!(await hasFewEnvelopes(tx, shard, slugOf(resource), fewEnvelopes))) return undefined
  const cut = nextCut(budget, await grantedSoFar(tx, resource))
  return cut === undefined ? undefined : { amount: cut.total, parts: cut.count }
}

/** Cuts what was granted and lays it at its shard. */
export async function layEnvelopes(
  tx: Writer,
  grant: Move,
  budget: RedEnvelopeBudget | undefined,
): Promise<void> {
  const amounts = cutRandomly(cutOf(grant, budget), chance)
  await insertEnvelopes(tx, grant, slugOf(grant.resource), amounts)
}

/** The bounds of the policy, widened where another version came into force since the grant. */
function cutOf({ amount, parts }: Move, budget: RedEnvelopeBudget | undefined): Cut {
  const count = parts ?? 1
  const mean = amount / count
  return {
    total: amount,
    count,
    least: Math.min(budget?.least ?? 1, Math.floor(mean)),
    most: Math.max(budget?.most ?? 1, Math.ceil(mean)),
  }
}

/** Nobody can foresee what the next envelope holds. */
function chance(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48
}

function slugOf(resource: string): string {
  return resource.slice(resource.indexOf(':') + 1)
}
