import {
  isEnrolmentDue,
  isStatusDue,
  lockDueEnrolments,
  lockEnrolmentRound,
  renewEnrolmentRound,
} from '#db/enrolment/round.ts'
import { transact } from '#operations/_transact.ts'
import { campaignsAt } from '#operations/campaigns/campaign-book.ts'
import { figuresAt, prepareFigures } from '#operations/enrolment/_figures.ts'
import {
  closeWaiting,
  moveUpWaiting,
  settleReviews,
  tellPassed,
  tellRefused,
  type RoundWork,
} from '#operations/enrolment/_tell-results.ts'
import { turnApproved } from '#operations/enrolment/_turn-approved.ts'
import { lapseAppeals } from '#operations/enrolment/appeal-enrolment.ts'
import { decideSome } from '#operations/enrolment/decide-enrolments.ts'
import {
  enrolmentTermsAt,
  type EnrolmentContext,
  type EnrolmentTermsAt,
} from '#operations/enrolment/terms.ts'
import { isBefore } from '#rules/time/instants.ts'

const atOnce = 1_000

/**
 * Does what is due of all enrolments by an instant (EL-8 to EL-17): at the close of sign-up the machine
 * decides; from the results on everybody is told, by rank where places are limited; approved shops are
 * reminded, then shortlisted or dropped; places that become free go to those that wait; appeals lapse.
 * In batches, each a transaction of its own: what is stopped in between goes on where it was.
 */
export async function settleEnrolments(
  context: EnrolmentContext,
  by: Temporal.Instant,
  signal?: AbortSignal,
): Promise<number> {
  let settled = 0
  for (const { campaign } of campaignsAt(context.policies, by)) {
    const terms = enrolmentTermsAt(context, campaign, by)
    if (!terms.ok) continue
    if (!(await isEnrolmentDue(context.db, campaign, terms.policies, by))) continue
    settled += await settleCampaign(context, terms, by, signal)
  }
  return settled
}

/** In this order: who was decided can be told, who was dropped makes a place. */
const works: readonly RoundWork[] = [
  async (tx, context, terms, { by, limit }) => {
    if (isBefore(by, terms.signUp.to)) return 0
    const due = { campaign: terms.name, status: 'applied', by, limit } as const
    const found = await lockDueEnrolments(tx, due)
    return (await decideSome(tx, context, terms, found, by)).decided
  },
  settleReviews,
  tellPassed,
  tellRefused,
  turnApproved,
  moveUpWaiting,
  closeWaiting,
]

async function settleCampaign(
  context: EnrolmentContext,
  terms: EnrolmentTermsAt,
  by: Temporal.Instant,
  signal?: AbortSignal,
): Promise<number> {
  await renew(context, terms, by)
  if (await isAnyApplied(context, terms, by)) await prepareFigures(context, figuresAt(terms, by))
  let settled = 0
  for (const work of works) {
    for (let done = 1; done > 0 && signal?.aborted !== true; settled += done) {
      done = await transact(context.db, async (tx) => {
        await lockEnrolmentRound(tx, terms.name, terms.policies)
        return await work(tx, context, terms, { by, limit: atOnce })
      })
    }
  }
  for (let done = 1; done > 0 && signal?.aborted !== true; settled += done) {
    done = await lapseAppeals(context, terms.name, by, atOnce)
  }
  return settled
}

/** Whether the machine has something to decide. */
async function isAnyApplied(
  { db }: EnrolmentContext,
  { name: campaign, signUp }: EnrolmentTermsAt,
  by: Temporal.Instant,
): Promise<boolean> {
  if (isBefore(by, signUp.to)) return false
  return await isStatusDue(db, campaign, 'applied', by)
}

/** Once after each change of the policies all that is open is dated anew. */
async function renew(
  { db }: EnrolmentContext,
  { name: campaign, policies, signUp, resultsFrom, waitingUntil }: EnrolmentTermsAt,
  at: Temporal.Instant,
): Promise<void> {
  await transact(db, async (tx) => {
    const before = await lockEnrolmentRound(tx, campaign, policies)
    if (before === policies) return
    const due = { signUpTo: signUp.to, resultsFrom, waitingUntil, at }
    await renewEnrolmentRound(tx, { campaign, policies, ...due })
  })
}
