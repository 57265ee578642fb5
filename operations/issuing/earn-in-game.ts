import { addGameEarning, earnAnswer, earnedInGames } from '#db/issuing/allowances.ts'
import { undoRefused } from '#operations/_refused.ts'
import { claimerFor } from '#operations/issuing/_claimers.ts'
import { allowanceEarn, allowanceWallet } from '#operations/issuing/_earn-commands.ts'
import {
  beginClaim,
  sourceOf,
  type ClaimRequest,
  type IssueContext,
} from '#operations/issuing/claim-coupon.ts'
import { takeQuota, transactWithQuotas } from '#operations/issuing/quotas.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import {
  earnInGame as decideGame,
  type Allowance,
  type GameEarned,
} from '#rules/issuing/allowance.ts'
import type { Answer } from '#rules/ledger/wallet.ts'
import type { Fen } from '#rules/money/fen.ts'
import { dayOf } from '#rules/time/instants.ts'

export type EarnInGame = ClaimRequest & { readonly amount: Fen }

export type EarnedInGame =
  | { readonly ok: true; readonly ref: string; readonly answer: Extract<Answer, { ok: true }> }
  | Extract<GameEarned, { ok: false }>
  | Extract<Answer, { ok: false }>
  | {
      readonly ok: false
      readonly refusal:
        | 'issuing/unknown-allowance'
        | 'issuing/sold-out'
        | 'members/unknown'
        | 'members/sealed'
        | 'requests/key-reused'
    }

/**
 * Puts into a member's wallet what a game gave, up to the limit of the business day (IS-13), once under
 * its key. What is refused leaves nothing, so the same key may be tried again.
 */
export async function earnInGame(
  context: IssueContext,
  request: EarnInGame,
): Promise<EarnedInGame> {
  const { memberId, slug, amount, caller, at } = request
  const known = context.policies.at(`allowance:${slug}`, at)
  if (known === undefined) return { ok: false, refusal: 'issuing/unknown-allowance' }

  const allowance = known.policy as Allowance
  const day = dayOf(at, context.market.zone)
  const ref = `game:${slug}:${sourceOf(request)}`
  return await undoRefused<EarnedInGame>(
    (operation) => transactWithQuotas(context, at, operation),
    async (tx) => {
      const begun = await beginClaim(tx, request, ['game', amount])
      if (!begun.ok) return begun
      const before = await earnAnswer(tx, allowanceWallet(memberId), ref)
      if (before !== undefined) return told(ref, JSON.parse(before) as Answer)

      const today = await earnedInGames(tx, memberId, slug, day)
      const claimer = await claimerFor(tx, context.policies, allowance.audience, memberId, at)
      const earned = decideGame(allowance, { ...claimer, amount, today, at })
      if (!earned.ok) return earned

      const cause = { type: 'allowance.game', batch: slug, day: day.toString(), asked: amount }
      const actor = caller
      const earn = { memberId, amount: earned.amount, ref, actor, at, cause }
      const [answer] = await postCommands(tx, [allowanceEarn(known, earn)])
      if (answer?.ok !== true) return refused(answer)
      await addGameEarning(tx, memberId, slug, day, earned.amount)
      if (allowance.total !== undefined) {
        const taken = await takeQuota(tx, known.name, memberId, earned.amount)
        if (!taken.ok) return { ok: false, refusal: taken.refusal }
      }
      return { ok: true, ref, answer }
    },
  )
}

function told(ref: string, answer: Answer): EarnedInGame {
  return answer.ok ? { ok: true, ref, answer } : answer
}

function refused(answer: Answer | undefined): EarnedInGame {
  if (answer?.ok === false) {
    // Nothing of it is kept: it has no entry.
    const { seq: _, ...rest } = answer
    return rest
  }
  return { ok: false, refusal: 'ledger/unknown-reference' }
}
