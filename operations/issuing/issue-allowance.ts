import type { Writer } from '#db/connection.ts'
import { earnedBefore, existingMembers } from '#db/issuing/allowances.ts'
import { lockMembers } from '#db/members.ts'
import { undoRefused } from '#operations/_refused.ts'
import { claimersFor } from '#operations/issuing/_claimers.ts'
import { allowanceEarn } from '#operations/issuing/_earn-commands.ts'
import { takeQuotas, transactWithQuotas, type QuotaContext } from '#operations/issuing/quotas.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import type { KnownPolicy } from '#operations/policies/policy-book.ts'
import { mayIssue, type Allowance, type IssueRefusal } from '#rules/issuing/allowance.ts'
import type { LedgerRefusal } from '#rules/ledger/wallet.ts'
import type { Fen } from '#rules/money/fen.ts'

/** How much one member is to get. */
export type Portion = { readonly memberId: string; readonly amount: Fen }

export type IssueAllowance = {
  readonly slug: string
  /** Which issue of the allowance it is: a member gets each once, however often it is repeated. */
  readonly number: number
  /** Each member once. */
  readonly portions: readonly Portion[]
  readonly actor: string
  readonly at: Temporal.Instant
}

/** What became of a portion. */
export type IssueOutcome =
  'issued' | IssueRefusal | LedgerRefusal | 'issuing/sold-out' | 'members/unknown'

export type AllowanceIssued =
  /** One outcome for each portion, in their order. */
  | { readonly ok: true; readonly outcomes: readonly IssueOutcome[] }
  | { readonly ok: false; readonly refusal: 'issuing/unknown-allowance' }

/**
 * Puts an allowance into the wallets of many members in one transaction, each once under the reference
 * `issue:<slug>:<number>` (IS-12). Of an allowance with a total, the first get theirs.
 */
export async function issueAllowance(
  context: QuotaContext,
  request: IssueAllowance,
): Promise<AllowanceIssued> {
  const { slug, at } = request
  const known = context.policies.at(`allowance:${slug}`, at)
  if (known === undefined) return { ok: false, refusal: 'issuing/unknown-allowance' }

  for (let most = Number.MAX_SAFE_INTEGER; ;) {
    const enough = most
    const issued = await undoRefused<Issued>(
      (operation) => transactWithQuotas(context, at, operation),
      (tx) => issue(tx, context, request, known, enough),
    )
    if (issued.ok) return issued
    most = issued.left
  }
}

/** The reference of an issue in every wallet. */
export function issueRef(slug: string, number: number): string {
  return `issue:${slug}:${number}`
}

type Issued =
  | { readonly ok: true; readonly outcomes: readonly IssueOutcome[] }
  /** There is too little for all of them: only so much. */
  | { readonly ok: false; readonly left: number }

async function issue(
  tx: Writer,
  { policies }: QuotaContext,
  request: IssueAllowance,
  known: KnownPolicy,
  most: number,
): Promise<Issued> {
  const { slug, number, portions, actor, at } = request
  const allowance = known.policy as Allowance
  const ref = issueRef(slug, number)
  const isLimited = allowance.total !== undefined
  const memberIds = portions.map((each) => each.memberId).toSorted()
  const there = isLimited
    ? new Set((await lockMembers(tx, memberIds)).keys())
    : await existingMembers(tx, memberIds)
  const wallet = { program: 'platform', unit: 'allowance' }
  const before = isLimited ? await earnedBefore(tx, memberIds, wallet, ref) : new Set<string>()

  const claimerOf = await claimersFor(tx, policies, allowance.audience, memberIds, at)

  let fresh = 0
  const outcomes = portions.map(({ memberId, amount }): IssueOutcome => {
    if (!there.has(memberId)) return 'members/unknown'
    const may = mayIssue(allowance, claimerOf(memberId), amount, at)
    if (!may.ok) return may.refusal
    if (before.has(memberId)) return 'issued'
    if (fresh + amount > most) return 'issuing/sold-out'
    fresh += amount
    return 'issued'
  })
  const wanted = portions.filter((_, index) => outcomes[index] === 'issued')
  const cause = { type: 'allowance.issued', batch: slug, issue: number }
  const answers = await postCommands(
    tx,
    wanted.map((portion) => allowanceEarn(known, { ...portion, ref, actor, at, cause })),
  )
  const told = new Map(wanted.map(({ memberId }, index) => [memberId, answers[index]]))

  const uses = wanted.filter(
    ({ memberId }) => isLimited && !before.has(memberId) && told.get(memberId)?.ok === true,
  )
  if (uses.length > 0) {
    const taken = await takeQuotas(tx, known.name, uses)
    if (!taken.ok) return { ok: false, left: taken.left }
  }
  return {
    ok: true,
    outcomes: outcomes.map((outcome, index) => {
      const answer = told.get(portions[index]?.memberId ?? '')
      return answer?.ok === false ? answer.refusal : outcome
    }),
  }
}
