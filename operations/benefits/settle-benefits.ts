import type { Database } from '#db/connection.ts'
import { awaitLapse, lapseClaims, lockDueClaims, type BenefitClaim } from '#db/benefits/claims.ts'
import { tellLapsingGrants, type BenefitGrant } from '#db/benefits/grants.ts'
import { transact } from '#operations/_transact.ts'
import { announce, type Announcement } from '#operations/announcements/announce.ts'
import { benefitsPolicyAt, type BenefitContext } from '#operations/benefits/benefit-book.ts'
import { keepDrawEpochs } from '#operations/benefits/draw-epochs.ts'
import { isBefore } from '#rules/time/instants.ts'

const atOnce = 500

/**
 * Does what is due of benefits by an instant, in batches (BF-11): members are told of rights and grants
 * that lapse soon, rights that nobody used lapse, and the secrets of draws are made and told.
 */
export async function settleBenefits(
  context: BenefitContext,
  by: Temporal.Instant,
): Promise<number> {
  let settled = await keepDrawEpochs(context, by)
  for (let batch = atOnce; batch === atOnce; settled += batch) {
    batch = await settleClaims(context.db, by)
  }
  const { tellBefore } = benefitsPolicyAt(context.policies, by)
  const lapsingBy = by.toZonedDateTimeISO(context.market.zone).add(tellBefore).toInstant()
  for (let batch = atOnce; batch === atOnce; settled += batch) {
    batch = await tellOfGrants(context.db, by, lapsingBy)
  }
  return settled
}

async function settleClaims(db: Database, by: Temporal.Instant): Promise<number> {
  return await transact(db, async (tx) => {
    const due = await lockDueClaims(tx, by, atOnce)
    if (due.length === 0) return 0

    const lapsed = due.filter(({ validTo }) => validTo !== null && !isBefore(by, validTo))
    const lapsing = due.filter((claim) => !lapsed.includes(claim))
    await lapseClaims(tx, lapsed)
    await awaitLapse(tx, lapsing)
    await announce(tx, [
      ...lapsed.map((claim) => noticeOf(claim, 'lapsed', claim.validTo ?? by)),
      ...lapsing.map((claim) => noticeOf(claim, 'lapsing', by)),
    ])
    return due.length
  })
}

async function tellOfGrants(
  db: Database,
  by: Temporal.Instant,
  lapsingBy: Temporal.Instant,
): Promise<number> {
  return await transact(db, async (tx) => {
    const told = await tellLapsingGrants(tx, { at: by, lapsingBy, limit: atOnce })
    // Of what has lapsed by now there is nothing left to tell.
    const lapsing = told.filter((grant) => isBefore(by, grant.to))
    await announce(
      tx,
      lapsing.map((grant) => noticeOfGrant(grant, by)),
    )
    return told.length
  })
}

function noticeOf(
  { memberId, claimId, benefit, validTo }: BenefitClaim,
  what: 'lapsing' | 'lapsed',
  at: Temporal.Instant,
): Announcement {
  return {
    memberId,
    id: `benefit-${what}/${claimId}`,
    type: `jifen.benefit.${what}.v1`,
    at,
    data: { benefit, claimId, to: validTo?.toString() ?? null },
  }
}

function noticeOfGrant(
  { memberId, benefit, source, to }: BenefitGrant,
  at: Temporal.Instant,
): Announcement {
  return {
    memberId,
    id: `benefit-grant-lapsing/${benefit}/${source}`,
    type: 'jifen.benefit.lapsing.v1',
    at,
    data: { benefit, source, to: to.toString() },
  }
}
