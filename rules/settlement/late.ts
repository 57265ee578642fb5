/** What a shop paid members for late shipments, in points of one fen (ST-9). */
export type LateRow = {
  readonly shop: string
  /** How many were paid for in the period. */
  readonly shipments: number
  readonly paidFen: number
  readonly takenBackFen: number
  readonly costFen: number
}

type LatePoints = {
  readonly funder: string
  readonly earned: number
  readonly clawedBack: number
  readonly lateShipments?: number
}

/** The lines of late shipments, by shop (ST-9). */
export function lateRows(points: readonly LatePoints[]): LateRow[] {
  const groups = Map.groupBy(points, (each) => each.funder)
  return [...groups.keys()].toSorted().map((funder): LateRow => {
    const group = groups.get(funder) ?? []
    const paidFen = group.reduce((sum, each) => sum + each.earned, 0)
    const takenBackFen = group.reduce((sum, each) => sum + each.clawedBack, 0)
    return {
      shop: funder.replace(/^shop:/, ''),
      shipments: group.reduce((sum, each) => sum + (each.lateShipments ?? 0), 0),
      paidFen,
      takenBackFen,
      costFen: paidFen - takenBackFen,
    }
  })
}
