import { insertNewShop, updateRecruit, type Recruit } from '#db/governance/recruiting.ts'
import { decisionsOf, insertAnswer, insertDecision } from '#db/governance/reviews.ts'
import { merchantById, upsertMerchants, type Shop } from '#db/shops/shops.ts'
import { transact } from '#operations/_transact.ts'
import { undoRefused } from '#operations/_refused.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { lockSettledRecruit } from '#operations/recruiting/_settle.ts'
import { turnRecruit } from '#operations/recruiting/_turn.ts'
import {
  checksOf,
  recruitingOf,
  recruitRefusedBy,
  reviewOfRecruit,
  rulesFor,
  type RecruitingContext,
  type RecruitTurned,
} from '#operations/recruiting/recruiting-policy.ts'
import { assert } from '#rules/assert.ts'
import { after } from '#rules/members/invitation/round.ts'
import type { outsideAnswers } from '#rules/merchants/review/checks.ts'
import { decided, type Asked } from '#rules/merchants/review/review.ts'
import { dayOf, isBefore } from '#rules/time/instants.ts'

/** One person's decision in the stage of a recruited shop, recorded with what was seen (RC-3, RC-4). */
export async function decideRecruiting(
  context: RecruitingContext,
  asked: Asked & {
    readonly invitationId: string
    readonly documents: readonly string[]
    readonly at: Temporal.Instant
  },
): Promise<RecruitTurned> {
  const { policies, market } = context
  return await transact(context.db, async (tx): Promise<RecruitTurned> => {
    const recruit = await lockSettledRecruit(tx, context, asked.invitationId, asked.at)
    if (recruit === undefined) return { ok: false, refusal: 'recruiting/unknown' }
    const { at, by, stage, decision, reason, documents } = asked
    const { invitationId, round } = recruit
    const rules = rulesFor(policies, recruit)
    const checks = await checksOf(tx, context, recruit, at)
    const approvals = (await decisionsOf(tx, invitationId)).filter((each) => {
      return each.round === round && each.decision === 'approve'
    })
    const moment = { at, zone: market.zone }
    const sight = { approvals, checks }
    const next = decided(rules, reviewOfRecruit(recruit), asked, sight, moment)
    if (!next.ok) return recruitRefusedBy(next)

    const saw = JSON.stringify(checks)
    await insertDecision(tx, invitationId, { round, stage, decision, by, reason, saw, at })
    const { signWithin } = recruitingOf(policies, recruit)
    const isApproved = next.review.status === 'approved'
    const dueAt = isApproved ? after(at, signWithin, market.zone) : next.review.dueAt
    const wanted = decision === 'askSupplement' ? JSON.stringify({ documents, reason }) : null
    const turn = { stages: rules.stages, at, asked: wanted }
    return { ok: true, recruit: await turnRecruit(tx, recruit, { ...next.review, dueAt }, turn) }
  })
}

/** Records what an outside check answered about a company that was invited. */
export async function tellRecruitingEvidence(
  context: RecruitingContext,
  told: {
    readonly invitationId: string
    readonly name: string
    readonly answer: (typeof outsideAnswers)[number]
    readonly reference: string
    readonly sha256: string | null
    readonly toldBy: string
    readonly at: Temporal.Instant
  },
): Promise<RecruitTurned> {
  return await transact(context.db, async (tx): Promise<RecruitTurned> => {
    const recruit = await lockSettledRecruit(tx, context, told.invitationId, told.at)
    if (recruit === undefined) return { ok: false, refusal: 'recruiting/unknown' }
    if (!['invited', 'draft', 'inReview', 'supplement', 'rejected'].includes(recruit.status)) {
      return { ok: false, refusal: 'recruiting/wrong-status' }
    }
    await insertAnswer(tx, told.invitationId, told)
    return { ok: true, recruit }
  })
}

/**
 * Opens the shop of a signed contract (RC-6), with its merchant where that is new; again the same changes
 * nothing. Refused: an id that a shop has already.
 */
export async function openRecruitedShop(
  context: RecruitingContext,
  asked: {
    readonly invitationId: string
    readonly shopId: string
    readonly title: string
    readonly at: Temporal.Instant
  },
): Promise<RecruitTurned> {
  const { invitationId, shopId, title, at } = asked
  return await undoRefused<RecruitTurned>(
    (operation) => transact(context.db, operation),
    async (tx) => {
      const recruit = await lockSettledRecruit(tx, context, invitationId, at)
      if (recruit === undefined) return { ok: false, refusal: 'recruiting/unknown' }
      if (recruit.shopId === shopId) return { ok: true, recruit }
      const { merchantId, merchantName, legalEntity, status, dueAt } = recruit
      if (status !== 'signed' || dueAt === null || !isBefore(at, dueAt)) {
        return { ok: false, refusal: 'recruiting/wrong-status' }
      }
      assert(merchantId !== null && merchantName !== null && legalEntity !== null, 'it accepted')
      if ((await merchantById(tx, merchantId)) === undefined) {
        await upsertMerchants(tx, [{ merchantId, name: merchantName, legalEntity }], at)
      }
      const shop = shopOf(recruit, {
        shopId,
        merchantId,
        title,
        openedOn: dayOf(at, context.market.zone),
      })
      const isNew = await insertNewShop(tx, shop, at)
      if (!isNew) return { ok: false, refusal: 'recruiting/shop-taken' }
      const over = { status: 'opened', shopId, openedAt: at, dueAt: null } as const
      const opened: Recruit = { ...recruit, ...over }
      await updateRecruit(tx, opened)
      await announceToShops(tx, [
        {
          shopId,
          id: `recruiting/${invitationId}`,
          type: 'jifen.recruiting.opened.v1',
          at,
          data: {
            invitationId,
            brand: recruit.brand,
            type: recruit.type,
            channel: recruit.channel,
          },
        },
      ])
      return { ok: true, recruit: opened }
    },
  )
}

function shopOf(
  { type, mainCategory, categories, brand }: Recruit,
  own: Pick<Shop, 'shopId' | 'merchantId' | 'title' | 'openedOn'>,
): Shop {
  return { ...own, type, mainCategory, categories, brand, status: 'open' }
}
