import type { Reader } from '#db/connection.ts'
import { appealOf, type EnrolmentAppeal } from '#db/enrolment/appeals.ts'
import type { Enrolment } from '#db/enrolment/enrolments.ts'
import { lastDecision, type MachineDecision } from '#db/enrolment/records.ts'
import { supplementsDone, type DoneSupplement } from '#db/enrolment/supplements.ts'
import { placeInWaitingList } from '#db/enrolment/waiting.ts'
import { appealUntil } from '#operations/enrolment/appeal-enrolment.ts'
import { textHash } from '#operations/enrolment/do-supplement.ts'
import { enrolmentTermsAt, type EnrolmentContext } from '#operations/enrolment/terms.ts'
import { statusTold, type EnrolmentStatus } from '#rules/campaigns/enrolment/status.ts'
import { supplementsFor, type DueSupplement } from '#rules/campaigns/enrolment/supplements.ts'

/** A supplement as it stands for a shop; `hash` is what signs the text that is there now. */
export type SupplementView = DueSupplement & {
  readonly hash: string | null
  readonly done: DoneSupplement | undefined
}

/** An application with all that its shop may know. */
export type EnrolmentView = {
  readonly enrolment: Enrolment
  /** As it was told. */
  readonly status: EnrolmentStatus
  readonly identity: string | null
  readonly identities: readonly string[]
  /** What the machine saw; `undefined` before it is told. */
  readonly decision: MachineDecision | undefined
  readonly supplements: readonly SupplementView[]
  /** From 1. */
  readonly placeInList: number | null
  readonly appeal: EnrolmentAppeal | undefined
  readonly appealUntil: Temporal.Instant | undefined
}

/** What a shop may know of its application at an instant (EL-9). */
export async function viewEnrolment(
  db: Reader,
  context: EnrolmentContext,
  enrolment: Enrolment,
  at: Temporal.Instant,
): Promise<EnrolmentView> {
  const { campaign, shopId } = enrolment
  const status = statusTold(enrolment)
  const isTold = enrolment.toldAt !== null
  const terms = enrolmentTermsAt(context, campaign, at)
  const [decision, done, appeal, placeInList] = await Promise.all([
    isTold ? lastDecision(db, enrolment) : undefined,
    supplementsDone(db, campaign, [shopId]),
    appealOf(db, enrolment),
    status === 'waiting' ? placeInWaitingList(db, enrolment) : null,
  ])
  const due = terms.ok ? supplementsFor(terms.campaign, enrolment.extendedTo) : []
  const until =
    terms.ok && appeal === undefined
      ? appealUntil(terms, enrolment, context.market.zone)
      : undefined
  return {
    enrolment,
    status,
    identity: isTold ? enrolment.identity : null,
    identities: isTold ? enrolment.identities : [],
    decision,
    supplements: due.map((each) => ({
      ...each,
      hash: each.text === undefined ? null : textHash(each.text),
      done: done.get(shopId)?.find(({ name }) => name === each.name),
    })),
    placeInList,
    appeal,
    appealUntil: until,
  }
}
