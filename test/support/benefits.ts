import { transact } from '#operations/_transact.ts'
import { claimBenefit, type BenefitRequest } from '#operations/benefits/claim-benefit.ts'
import { verifyBenefits } from '#operations/benefits/verify-benefits.ts'
import { verifyQuotas } from '#operations/issuing/verify-quotas.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import { viewWallets } from '#operations/ledger/view-wallets.ts'
import { assert } from '#rules/assert.ts'
import { asPoints } from '#rules/money/points.ts'
import type { TestMarket } from '#test/support/market.ts'

const title = { zh: '测试', en: 'Test' }

/** A benefit for everybody, free and without limit, with what a test changes of it. */
export function benefitOf(changes: object = {}): object {
  return { title, gives: { card: { kind: 'test' } }, ...changes }
}

let keys = 0

/** A request under a key of its own. */
export function asking(
  memberId: string,
  slug: string,
  at: Temporal.Instant,
  changes: Partial<BenefitRequest> = {},
): BenefitRequest {
  return { memberId, slug, caller: 'service:test', key: `b-${(keys += 1)}`, at, ...changes }
}

/** Claims under a key of its own, and tells the claim's id or the refusal. */
export async function claimed(market: TestMarket, request: BenefitRequest): Promise<string> {
  const told = await claimBenefit(market, request)
  return told.ok ? told.claim.claimId : told.refusal
}

/** Puts points into a member's wallet. */
export async function givePoints(
  market: TestMarket,
  memberId: string,
  amount: number,
  at: Temporal.Instant,
  expiresAt: Temporal.Instant | null = null,
): Promise<void> {
  const [answer] = await transact(market.db, (tx) =>
    postCommands(tx, [
      {
        key: { memberId, program: 'platform', unit: 'points' },
        kind: 'earn',
        ref: `test-${(keys += 1)}`,
        amount: asPoints(amount),
        expiresAt,
        funder: 'platform',
        at,
        meta: { fingerprint: '', actor: 'test', occurredAt: at, cause: '{}', policies: [] },
      },
    ]),
  )
  assert(answer?.ok === true, 'the points of the test are there')
}

/** What a member may use of a wallet of the platform. */
export async function availableOf(
  market: TestMarket,
  memberId: string,
  unit: string,
  at: Temporal.Instant,
): Promise<number> {
  const key = { memberId, program: 'platform', unit }
  const view = await viewWallets(market.db, memberId, at, key)
  return view?.wallets[0]?.wallet.available ?? 0
}

/** What is wrong with the claims and quotas of a market. */
export async function benefitFaults({ db, policies }: TestMarket): Promise<readonly object[]> {
  const [benefits, quotas] = [await verifyBenefits(db, policies), await verifyQuotas(db)]
  return [...benefits.faults, ...quotas.faults]
}
