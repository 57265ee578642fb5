import type { Writer } from '#db/connection.ts'
import { lockMembers } from '#db/members.ts'
import {
  boughtLines,
  claimsOfMembers,
  insertPayments,
  paymentsOf,
  upsertClaims,
  type BoughtLine,
  type LinePlace,
  type ProtectionClaim,
  type ProtectionPayment,
} from '#db/protection/claims.ts'
import { dropKey, lowestDrops, type PriceDrop } from '#db/protection/drops.ts'
import { announce } from '#operations/announcements/announce.ts'
import { campaignAt, policyInCampaign } from '#operations/campaigns/campaign-book.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { postCommands } from '#operations/ledger/post-commands.ts'
import { paymentCommands } from '#operations/protection/_payment-commands.ts'
import { loadReturns, type KnownReturns } from '#operations/trades/returnable.ts'
import { assert } from '#rules/assert.ts'
import { countedUnits, decideClaim, type ClaimRoom } from '#rules/protection/claim.ts'
import type { PriceProtectionPolicy } from '#rules/protection/policy.ts'

/** What became of a line that was looked at. */
export type LineSettled = LinePlace &
  (
    | { readonly status: 'settled'; readonly claim: ProtectionClaim; readonly payFen: number }
    | { readonly status: 'notPaid' | 'notFallen' | 'nothingDue' | 'noPolicy' | 'notAsked' }
  )

/**
 * Brings the claims of trades to what is due now (BP-3 to BP-5): opens, grows and takes back, in a statement
 * for each table. Members are locked in order. `isAsked`: by their members, so that claims are opened that
 * are not without.
 */
export async function settleTrades(
  tx: Writer,
  context: EventContext,
  trades: readonly Pick<LinePlace, 'memberId' | 'tradeId'>[],
  isAsked: boolean,
): Promise<LineSettled[]> {
  const lines = await boughtLines(tx, trades)
  if (lines.length === 0) return []
  const memberIds = [...new Set(lines.map((line) => line.memberId))].toSorted()
  const members = await lockMembers(tx, memberIds)
  const [drops, returns, claims] = await Promise.all([
    lowestDrops(tx, distinctSkus(lines)),
    loadReturns(tx, context.policies, distinctTrades(lines)),
    claimsOfMembers(tx, memberIds),
  ])
  const book = claimBook(claims)
  const payments: ProtectionPayment[] = []
  const settled = lines.map((line): LineSettled => {
    if (members.get(line.memberId)?.status === 'sealed')
      return { ...place(line), status: 'notPaid' }
    const known = returns.find((each) => isOf(line, each))
    const drop = drops.get(dropKey(line))
    const next = settleLine(context, line, { known, drop, book, isAsked })
    if (!('claim' in next)) return { ...place(line), ...next }
    const { claim, payment } = next
    book.put(claim)
    if (payment !== undefined) payments.push(payment)
    return { ...place(line), status: 'settled', claim, payFen: payment?.fen ?? 0 }
  })
  await write(tx, context, book.changed(), payments)
  return settled
}

type Found = {
  readonly known: KnownReturns | undefined
  readonly drop: PriceDrop | undefined
  readonly book: ClaimBook
  readonly isAsked: boolean
}

type Next =
  | { readonly claim: ProtectionClaim; readonly payment: ProtectionPayment | undefined }
  | { readonly status: 'notPaid' | 'notFallen' | 'nothingDue' | 'noPolicy' | 'notAsked' }

function settleLine(
  context: EventContext,
  line: BoughtLine,
  { known, drop, book, isAsked }: Found,
): Next {
  if (drop === undefined) return { status: 'notFallen' }
  const order = known?.orders.find((each) => each.shopId === line.shopId)
  const frozen = known?.frozen.lines.find((each) => each.id === line.lineId)
  const bought = order?.lines.find((each) => each.lineId === line.lineId)
  if (order === undefined || order.paidAt === null) return { status: 'notPaid' }
  if (frozen === undefined || bought === undefined) return { status: 'notPaid' }
  const setting = policyFor(context, line.campaign, drop.at)
  if (setting === undefined) return { status: 'noPolicy' }

  const { policy, versions } = setting
  const before = book.at(line)
  if (before === undefined && policy.opens === 'asked' && !isAsked) return { status: 'notAsked' }
  const unitsFen = before?.unitsFen ?? countedUnits(frozen, policy.counts)
  const { refundedQuantity: returnedUnits, refundedFen } = bought
  const backFen = frozen.unitsFen.slice(0, returnedUnits).reduce((sum, fen) => sum + fen, 0)
  const returnedFen = Math.max(0, refundedFen - backFen)
  const paidFen = before?.paidFen ?? 0
  const figures = decideClaim(
    { unitsFen, returnedUnits, returnedFen },
    drop.priceFen,
    { paidFen },
    book.room(line, order.orderId, policy.most),
    policy.mostUnits,
  )
  if (before === undefined && figures.fullFen === 0) return { status: 'nothingDue' }
  const isAsBefore = before?.priceFen === drop.priceFen && before.fullFen === figures.fullFen
  if (isAsBefore && figures.payFen === 0) return { claim: before, payment: undefined }

  const { now: at } = context
  const n = (before?.payments ?? 0) + (figures.payFen === 0 ? 0 : 1)
  const claim: ProtectionClaim = {
    ...place(line),
    orderId: order.orderId,
    campaign: line.campaign,
    shopId: line.shopId,
    sku: line.sku,
    unitsFen,
    priceFen: drop.priceFen,
    fullFen: figures.fullFen,
    paidFen: figures.paidFen,
    paidAs: before?.paidAs ?? policy.paidAs,
    limitedBy: figures.limitedBy,
    payments: n,
    openedBy: before?.openedBy ?? (isAsked ? 'member' : 'price'),
    policies: versions,
    openedAt: before?.openedAt ?? at,
    changedAt: at,
  }
  if (figures.payFen === 0) return { claim, payment: undefined }
  const { campaign, shopId, priceFen, paidAs } = claim
  const cause = { drop: drop.number, lower: JSON.parse(drop.cause) as object, returnedUnits }
  const { payFen: fen, units } = figures
  const paid = { n, campaign, shopId, at, fen, paidAs, priceFen, units }
  return { claim, payment: { ...place(line), ...paid, cause: JSON.stringify(cause) } }
}

function policyFor(
  { policies }: Pick<EventContext, 'policies'>,
  campaign: string,
  at: Temporal.Instant,
): { readonly policy: PriceProtectionPolicy; readonly versions: string } | undefined {
  return policyInCampaign(policies, 'priceProtection', campaignAt(policies, campaign, at), at)
}

async function write(
  tx: Writer,
  context: EventContext,
  claims: readonly ProtectionClaim[],
  payments: readonly ProtectionPayment[],
): Promise<void> {
  const earlier = payments.some((each) => each.fen < 0) ? await paymentsOf(tx, claims) : []
  const commands = paymentCommands(context, claims, payments, earlier)
  const answers = commands.length === 0 ? [] : await postCommands(tx, commands)
  const refused = answers.find((answer) => !answer.ok)
  assert(refused === undefined, `what is due is put in: ${JSON.stringify(refused)}`)
  await Promise.all([
    upsertClaims(tx, claims),
    insertPayments(tx, payments),
    announce(
      tx,
      payments.map(({ memberId, tradeId, lineId, n, campaign, shopId, at, fen, paidAs }) => ({
        memberId,
        id: `protection/${tradeId}/${lineId}/${n}`,
        type: fen > 0 ? 'jifen.protection.due.v1' : 'jifen.protection.takenBack.v1',
        at,
        data: { campaign, shopId, tradeId, lineId, n, fen: Math.abs(fen), paidAs },
      })),
    ),
  ])
}

type ClaimBook = {
  readonly at: (line: LinePlace) => ProtectionClaim | undefined
  readonly put: (claim: ProtectionClaim) => void
  readonly room: (
    line: BoughtLine,
    orderId: string,
    most: PriceProtectionPolicy['most'],
  ) => ClaimRoom
  readonly changed: () => ProtectionClaim[]
}

/** The claims of members as they are and become, and what each limit leaves for one of them (BP-5). */
function claimBook(claims: readonly ProtectionClaim[]): ClaimBook {
  const all = new Map(claims.map((each) => [lineKey(each), each]))
  const changed = new Set<string>()
  return {
    at: (line) => all.get(lineKey(line)),
    put: (claim) => {
      if (all.get(lineKey(claim)) === claim) return
      all.set(lineKey(claim), claim)
      changed.add(lineKey(claim))
    },
    room: (line, orderId, most) => {
      const others = [...all.values()].filter(
        (each) =>
          each.memberId === line.memberId &&
          each.campaign === line.campaign &&
          lineKey(each) !== lineKey(line),
      )
      const left = (limit: number | undefined, same: (each: ProtectionClaim) => boolean) =>
        limit === undefined
          ? undefined
          : limit - others.filter(same).reduce((sum, each) => sum + each.paidFen, 0)
      return {
        member: left(most.member, () => true),
        order: left(most.order, (each) => each.orderId === orderId),
        item: left(most.item, (each) => each.shopId === line.shopId && each.sku === line.sku),
      }
    },
    changed: () => [...changed].flatMap((key) => all.get(key) ?? []),
  }
}

function place({ memberId, tradeId, lineId }: LinePlace): LinePlace {
  return { memberId, tradeId, lineId }
}

function lineKey({ memberId, tradeId, lineId }: LinePlace): string {
  return `${memberId}\n${tradeId}\n${lineId}`
}

function isOf(line: LinePlace, { memberId, trade }: KnownReturns): boolean {
  return line.memberId === memberId && line.tradeId === trade.tradeId
}

function distinctSkus(lines: readonly BoughtLine[]): BoughtLine[] {
  return [...new Map(lines.map((line) => [dropKey(line), line])).values()]
}

function distinctTrades(lines: readonly BoughtLine[]): LinePlace[] {
  return [...new Map(lines.map((line) => [`${line.memberId}\n${line.tradeId}`, line])).values()]
}
