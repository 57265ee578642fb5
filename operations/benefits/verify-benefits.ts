import type { Database } from '#db/connection.ts'
import { claimsWithoutEntry } from '#db/benefits/audit.ts'
import { epochsPage, nextDraws, type BenefitDraw, type DrawEpoch } from '#db/benefits/draws.ts'
import { benefitVersion } from '#operations/benefits/benefit-book.ts'
import { drawBy } from '#operations/benefits/draw-again.ts'
import { commitmentOf } from '#operations/benefits/draw-epochs.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'

/** Something about benefits that is not as it must be. */
export type BenefitFault = {
  /** The member, or the time of a secret. */
  readonly of: string
  readonly what: string
}

const atOnce = 2_000
const mostEpochs = 100_000

/**
 * Proves the benefits (BF-15): every draw is drawn again by its secret and the prizes of its policy's
 * version, every secret has the SHA-256 that was told, and what claims cost and gave is in the wallets.
 */
export async function verifyBenefits(
  db: Database,
  policies: PolicyBook,
): Promise<{ readonly draws: number; readonly faults: readonly BenefitFault[] }> {
  const epochs = await epochsPage(db, 0, mostEpochs)
  const byName = new Map(epochs.map((each) => [each.epoch, each]))
  const faults: BenefitFault[] = epochs
    .filter(({ seed, commitment }) => commitmentOf(seed) !== commitment)
    .map(({ epoch }) => ({ of: epoch, what: 'the secret is not the one whose SHA-256 was told' }))

  let draws = 0
  for (let after = { memberId: '', claimId: '' }, more = true; more;) {
    const batch = await nextDraws(db, after, atOnce)
    for (const draw of batch) {
      const what = faultOf(draw, byName.get(draw.epoch), policies)
      if (what !== undefined) faults.push({ of: draw.memberId, what })
    }
    draws += batch.length
    after = batch.at(-1) ?? after
    more = batch.length === atOnce
  }
  const unpaid = (await claimsWithoutEntry(db)).map(({ memberId, what }) => ({
    of: memberId,
    what,
  }))
  return { draws, faults: [...faults, ...unpaid] }
}

function faultOf(
  draw: BenefitDraw,
  epoch: DrawEpoch | undefined,
  policies: PolicyBook,
): string | undefined {
  const { claimId, policy, prize, ticket, amountFen } = draw
  if (epoch === undefined) return `the draw of ${claimId} has no secret`
  const prizes = prizesOf(policies, policy)
  if (prizes === undefined) return `the policy ${policy} of the draw of ${claimId} is not known`
  const again = drawBy(
    epoch.seed,
    draw,
    prizes.map(({ weight }) => weight),
  )
  const amount = prizes[again.prize]?.amount
  if (again.ticket === ticket && again.prize === prize && amount === amountFen) return undefined
  return `the draw of ${claimId} gives ticket ${again.ticket} and ${amount} fen, not ${ticket} and ${amountFen}`
}

/** The prizes of a version that a draw names: `benefit:scratch-card@1`. */
export function prizesOf(
  policies: PolicyBook,
  policy: string,
): readonly { readonly weight: number; readonly amount: number }[] | undefined {
  const [, slug = '', version = ''] = /^benefit:([^@]+)@([0-9]+)$/.exec(policy) ?? []
  const gives = benefitVersion(policies, slug, Number(version))?.terms.gives
  return gives !== undefined && 'draw' in gives ? gives.draw.prizes : undefined
}
