import type { LinePlace, ProtectionClaim } from '#db/protection/claims.ts'
import { boughtLines } from '#db/protection/claims.ts'
import { transact } from '#operations/_transact.ts'
import { campaignAt, policyInCampaign } from '#operations/campaigns/campaign-book.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { settleTrades, type LineSettled } from '#operations/protection/settle-lines.ts'
import { protectedWindow, type ProtectionRefusal } from '#rules/protection/claim.ts'
import { isBefore } from '#rules/time/instants.ts'

export type ProtectionAsked =
  | { readonly ok: true; readonly claim: ProtectionClaim; readonly payFen: number }
  | {
      readonly ok: false
      readonly refusal: ProtectionRefusal
      readonly until?: Temporal.Instant | undefined
    }

/**
 * Opens a member's claim for a line, or brings it to what is due now (BP-6). Asked again, it pays only what
 * it has grown by: nothing.
 */
export async function askProtection(
  context: EventContext,
  { memberId, tradeId, lineId }: LinePlace,
): Promise<ProtectionAsked> {
  return await transact(context.db, async (tx): Promise<ProtectionAsked> => {
    const lines = await boughtLines(tx, [{ memberId, tradeId }])
    const line = lines.find((each) => each.lineId === lineId)
    if (line === undefined) return { ok: false, refusal: 'protection/unknown-line' }
    const may = mayAsk(context, line.campaign)
    if (!may.ok) return may

    const settled = await settleTrades(tx, context, [{ memberId, tradeId }], true)
    const own = settled.find((each) => each.lineId === lineId)
    if (own?.status !== 'settled') return { ok: false, refusal: refusalOf(own?.status) }
    return { ok: true, claim: own.claim, payFen: own.payFen }
  })
}

function mayAsk(
  { policies, market, now }: EventContext,
  campaign: string,
): { readonly ok: true } | Extract<ProtectionAsked, { ok: false }> {
  const known = campaignAt(policies, campaign, now)
  const policy = policyInCampaign(policies, 'priceProtection', known, now)?.policy
  if (known === undefined || policy === undefined) {
    return { ok: false, refusal: 'protection/no-policy' }
  }
  const window = protectedWindow(known.terms, policy, market.zone)
  if (window === undefined) return { ok: false, refusal: 'protection/no-policy' }
  const until = window.to.toZonedDateTimeISO(market.zone).add(policy.askWithin).toInstant()
  return isBefore(now, until) ? { ok: true } : { ok: false, refusal: 'protection/too-late', until }
}

function refusalOf(status: LineSettled['status'] | undefined): ProtectionRefusal {
  if (status === 'notPaid') return 'protection/not-paid'
  if (status === 'notFallen') return 'protection/no-lower-price'
  return status === 'noPolicy' ? 'protection/no-policy' : 'protection/nothing-due'
}
