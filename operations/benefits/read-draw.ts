import type { Database } from '#db/connection.ts'
import { drawOfClaim, epochsByName, type BenefitDraw, type DrawEpoch } from '#db/benefits/draws.ts'
import { drawBy } from '#operations/benefits/draw-again.ts'
import { commitmentOf } from '#operations/benefits/draw-epochs.ts'
import { prizesOf } from '#operations/benefits/verify-benefits.ts'
import type { PolicyBook } from '#operations/policies/policy-book.ts'
import { assert } from '#rules/assert.ts'
import { messageOf } from '#rules/benefits/draw.ts'

/** A draw with all that it takes to draw it again. */
export type DrawRead = {
  readonly draw: BenefitDraw
  /** With its secret only when that was told. */
  readonly epoch: Omit<DrawEpoch, 'seed'> & { readonly seed: Buffer | null }
  readonly prizes: readonly { readonly weight: number; readonly amount: number }[]
  readonly message: string
  /** Whether it comes out again; `null`: the secret is not told yet. */
  readonly holds: boolean | null
}

/** The draw of a claim, drawn again where its secret was told (BF-14); `undefined`: it was not drawn. */
export async function readDraw(
  { db, policies }: { readonly db: Database; readonly policies: PolicyBook },
  memberId: string,
  claimId: string,
): Promise<DrawRead | undefined> {
  const draw = await drawOfClaim(db, memberId, claimId)
  if (draw === undefined) return undefined
  const [epoch] = await epochsByName(db, [draw.epoch])
  const prizes = prizesOf(policies, draw.policy)
  assert(epoch !== undefined && prizes !== undefined, 'a draw has its secret and its prizes')

  const isTold = epoch.publishedAt !== null
  return {
    draw,
    epoch: { ...epoch, seed: isTold ? epoch.seed : null },
    prizes,
    message: messageOf(draw),
    holds: isTold ? comesOutAgain(draw, epoch, prizes) : null,
  }
}

function comesOutAgain(
  draw: BenefitDraw,
  { seed, commitment }: DrawEpoch,
  prizes: DrawRead['prizes'],
): boolean {
  const again = drawBy(
    seed,
    draw,
    prizes.map(({ weight }) => weight),
  )
  const isPrize = again.ticket === draw.ticket && again.prize === draw.prize
  const isAmount = prizes[again.prize]?.amount === draw.amountFen
  return isPrize && isAmount && commitmentOf(seed) === commitment
}
