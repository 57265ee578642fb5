/** What buyers of a campaign have back from a shop in money because it sold for less later (ST-10). */
export type ProtectionRow = {
  readonly campaign: string
  readonly shop: string
  /** How many times something was paid. */
  readonly payments: number
  readonly paidFen: number
  readonly takenBackFen: number
  readonly costFen: number
}

export type ProtectionPaid = Omit<ProtectionRow, 'costFen'>

type Wanted = {
  readonly campaign?: string | undefined
  readonly shop?: string | undefined
  readonly funder?: string | undefined
}

/** The lines of price protection, by campaign and shop (ST-10). */
export function protectionRows(paid: readonly ProtectionPaid[], of: Wanted): ProtectionRow[] {
  return paid
    .filter(
      ({ campaign, shop }) =>
        (of.campaign === undefined || of.campaign === campaign) &&
        (of.shop === undefined || of.shop === shop) &&
        (of.funder === undefined || of.funder === `shop:${shop}`),
    )
    .map((row) => ({ ...row, costFen: row.paidFen - row.takenBackFen }))
    .toSorted((a, b) => compareText(a.campaign, b.campaign) || compareText(a.shop, b.shop))
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
