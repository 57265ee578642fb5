import { assert } from '#rules/assert.ts'
import { lateRows, type LateRow } from '#rules/settlement/late.ts'
import {
  protectionRows,
  type ProtectionPaid,
  type ProtectionRow,
} from '#rules/settlement/protection.ts'

/** What was taken off in one shop by one layer for one funder; of one allocation, or of many. */
export type Funded = {
  /** That of the instrument, else that of the trade (ST-6). */
  readonly campaign: string | null
  readonly tradeCampaign: string | null
  readonly shop: string
  readonly funder: string
  readonly layer: string
  readonly allocatedFen: number
  readonly reversedFen: number
}

/** What members paid to one shop, and got back of it; of one order, or of many. */
export type Taken = {
  readonly tradeCampaign: string | null
  readonly shop: string
  readonly orders: number
  readonly goodsPaidFen: number
  readonly freightPaidFen: number
  readonly extrasFen: number
  readonly refundedFen: number
}

/** Points that a funder pays for, one fen each (ST-7). */
export type PointsFunded = {
  readonly funder: string
  readonly earned: number
  readonly clawedBack: number
  /** Those that a shop pays for late shipments, which are a line of their own (ST-9): how many. */
  readonly lateShipments?: number
}

/** Everything that moved in a period. */
export type Moved = {
  readonly funded: readonly Funded[]
  readonly taken: readonly Taken[]
  readonly points: readonly PointsFunded[]
  readonly protections?: readonly ProtectionPaid[]
}

/** Which part of it is asked for; absent keys: all. */
export type StatementOf = {
  readonly campaign?: string | undefined
  readonly shop?: string | undefined
  readonly funder?: string | undefined
}

export type FundingRow = {
  readonly campaign: string | null
  readonly shop: string
  readonly funder: string
  readonly layer: string
  readonly allocatedFen: number
  readonly reversedFen: number
  readonly netFen: number
}

/** What a shop sold and is due. `goodsFen` at promo prices, `freightFen` as charged (ST-4). */
export type ShopRow = {
  readonly campaign: string | null
  readonly shop: string
  readonly orders: number
  readonly goodsFen: number
  readonly freightFen: number
  readonly extrasFen: number
  readonly paidFen: number
  readonly refundedFen: number
  readonly ownFundedFen: number
  readonly othersFundedFen: number
  readonly dueFen: number
}

export type PointsRow = Omit<PointsFunded, 'lateShipments'> & { readonly costFen: number }

export type FunderRow = {
  readonly funder: string
  readonly allocatedFen: number
  readonly reversedFen: number
  readonly netFen: number
}

/** Who paid which fen: rows in the order of their names, amounts in fen. */
export type Statement = {
  readonly funding: readonly FundingRow[]
  readonly funders: readonly FunderRow[]
  readonly shops: readonly ShopRow[]
  readonly points: readonly PointsRow[]
  readonly late: readonly LateRow[]
  readonly protections: readonly ProtectionRow[]
  readonly totals: {
    readonly allocatedFen: number
    readonly reversedFen: number
    readonly netFen: number
    readonly paidFen: number
    readonly refundedFen: number
    readonly dueFen: number
    readonly pointsFen: number
    readonly lateFen: number
    readonly protectionFen: number
  }
}

/**
 * The statement of what moved (ST-3 to ST-10). `of` leaves out the rows of other campaigns, shops or
 * funders; what shops are due is told to none but them, so not to one funder, and points belong to
 * no campaign.
 */
export function statementOf(moved: Moved, of: StatementOf = {}): Statement {
  const shops = of.funder === undefined ? shopRows(moved, of) : []
  const funding = fundingRows(moved.funded.filter((each) => isOf(each, of)))
  const funders =
    of.campaign === undefined ? moved.points.filter((each) => isFundedBy(each, of)) : []
  const points = pointsRows(funders.filter((each) => each.lateShipments === undefined))
  const late = lateRows(funders.filter((each) => each.lateShipments !== undefined))
  const protections = protectionRows(moved.protections ?? [], of)
  return {
    funding,
    funders: funderRows(funding),
    shops,
    points,
    late,
    protections,
    totals: {
      allocatedFen: sum(funding, (row) => row.allocatedFen),
      reversedFen: sum(funding, (row) => row.reversedFen),
      netFen: sum(funding, (row) => row.netFen),
      paidFen: sum(shops, (row) => row.paidFen),
      refundedFen: sum(shops, (row) => row.refundedFen),
      dueFen: sum(shops, (row) => row.dueFen),
      pointsFen: sum(points, (row) => row.costFen),
      lateFen: sum(late, (row) => row.costFen),
      protectionFen: sum(protections, (row) => row.costFen),
    },
  }
}

function isOf(funded: Funded, of: StatementOf): boolean {
  if (of.campaign !== undefined && funded.campaign !== of.campaign) return false
  if (of.shop !== undefined && funded.shop !== of.shop) return false
  return of.funder === undefined || funded.funder === of.funder
}

function fundingRows(funded: readonly Funded[]): FundingRow[] {
  const groups = Map.groupBy(funded, (each) =>
    keyOf(each.campaign, each.shop, each.funder, each.layer),
  )
  return [...groups.values()].map(fundingRow).sort(byNames)
}

function fundingRow(group: readonly Funded[]): FundingRow {
  const [first] = group
  assert(first !== undefined, 'a group is not empty')
  const { campaign, shop, funder, layer } = first
  const allocatedFen = sum(group, (each) => each.allocatedFen)
  const reversedFen = sum(group, (each) => each.reversedFen)
  return {
    campaign,
    shop,
    funder,
    layer,
    allocatedFen,
    reversedFen,
    netFen: allocatedFen - reversedFen,
  }
}

function funderRows(funding: readonly FundingRow[]): FunderRow[] {
  const groups = Map.groupBy(funding, (row) => row.funder)
  const rows = [...groups].map(([funder, group]) => ({
    funder,
    allocatedFen: sum(group, (row) => row.allocatedFen),
    reversedFen: sum(group, (row) => row.reversedFen),
    netFen: sum(group, (row) => row.netFen),
  }))
  return rows.sort((a, b) => compareText(a.funder, b.funder))
}

function shopRows({ funded, taken }: Moved, of: StatementOf): ShopRow[] {
  const isMeant = (each: Funded | Taken): boolean =>
    (of.campaign === undefined || each.tradeCampaign === of.campaign) &&
    (of.shop === undefined || each.shop === of.shop)
  const all = [...taken.filter(isMeant), ...funded.filter(isMeant)]
  const groups = Map.groupBy(all, (each) => keyOf(each.tradeCampaign, each.shop))
  return [...groups.values()].map(shopRow).sort(byNames)
}

function shopRow(group: readonly (Funded | Taken)[]): ShopRow {
  const [first] = group
  assert(first !== undefined, 'a group is not empty')
  const { tradeCampaign: campaign, shop } = first
  const taken = group.filter((each): each is Taken => !isFunded(each))
  const funded = group.filter(isFunded)
  const own = funded.filter((each) => each.funder === `shop:${shop}`)
  const onFreight = funded.filter((each) => each.layer === 'freight')

  const off = sum(funded, (each) => each.allocatedFen)
  const offFreight = sum(onFreight, (each) => each.allocatedFen)
  const freightPaidFen = sum(taken, (each) => each.freightPaidFen)
  const goodsPaidFen = sum(taken, (each) => each.goodsPaidFen)
  const extrasFen = sum(taken, (each) => each.extrasFen)
  const paidFen = goodsPaidFen + freightPaidFen + extrasFen
  const refundedFen = sum(taken, (each) => each.refundedFen)
  const ownFundedFen = sum(own, netOf)
  const othersFundedFen = sum(funded, netOf) - ownFundedFen
  return {
    campaign,
    shop,
    orders: sum(taken, (each) => each.orders),
    goodsFen: goodsPaidFen + off - offFreight,
    freightFen: freightPaidFen + offFreight,
    extrasFen,
    paidFen,
    refundedFen,
    ownFundedFen,
    othersFundedFen,
    dueFen: paidFen - refundedFen + othersFundedFen,
  }
}

function isFunded(each: Funded | Taken): each is Funded {
  return 'funder' in each
}

function isFundedBy({ funder }: PointsFunded, of: StatementOf): boolean {
  if (of.shop !== undefined && funder !== `shop:${of.shop}`) return false
  return of.funder === undefined || funder === of.funder
}

function pointsRows(points: readonly PointsFunded[]): PointsRow[] {
  const groups = Map.groupBy(points, (each) => each.funder)
  const rows = [...groups].map(([funder, group]): PointsRow => {
    const earned = sum(group, (each) => each.earned)
    const clawedBack = sum(group, (each) => each.clawedBack)
    return { funder, earned, clawedBack, costFen: earned - clawedBack }
  })
  return rows.sort((a, b) => compareText(a.funder, b.funder))
}

function netOf(funded: Funded): number {
  return funded.allocatedFen - funded.reversedFen
}

function sum<Each>(all: readonly Each[], amountOf: (each: Each) => number): number {
  let total = 0
  for (const each of all) total += amountOf(each)
  assert(Number.isSafeInteger(total), 'a sum of a statement is a safe whole number')
  return total
}

function keyOf(...names: readonly (string | null)[]): string {
  return JSON.stringify(names)
}

type Named = {
  readonly campaign: string | null
  readonly shop: string
  readonly funder?: string
  readonly layer?: string
}

function byNames(a: Named, b: Named): number {
  return (
    compareText(a.campaign ?? '', b.campaign ?? '') ||
    compareText(a.shop, b.shop) ||
    compareText(a.funder ?? '', b.funder ?? '') ||
    compareText(a.layer ?? '', b.layer ?? '')
  )
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
