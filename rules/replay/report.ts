import { assert } from '#rules/assert.ts'
import {
  compareTrade,
  type CheapLine,
  type LineDepth,
  type RepricedTrade,
} from '#rules/replay/compare.ts'

export type MemberChange = { readonly memberId: string; readonly differenceFen: number }

/** What a draft would have done to the trades of a period; amounts in fen, after less before. */
export type ReplayReport = {
  readonly trades: number
  readonly changed: number
  /** Priced elsewhere: counted, not compared. */
  readonly notPriced: number
  readonly pay: {
    readonly beforeFen: number
    readonly afterFen: number
    readonly differenceFen: number
  }
  readonly funders: readonly {
    readonly funder: string
    readonly beforeFen: number
    readonly afterFen: number
    readonly differenceFen: number
  }[]
  /** The deepest first. */
  readonly deepest: readonly LineDepth[]
  readonly underFloor: Cheap
  readonly underRatio: Cheap
  readonly members: {
    readonly better: number
    readonly worse: number
    readonly same: number
    /** Who saves most, and who pays most more; `null`: nobody. */
    readonly most: MemberChange | null
    readonly least: MemberChange | null
  }
}

export type Cheap = {
  readonly before: number
  readonly after: number
  /** The furthest below first; at most ten. */
  readonly examples: readonly CheapLine[]
}

/** Adds up a replay trade by trade. */
export type Replay = {
  readonly add: (trade: RepricedTrade) => void
  readonly addNotPriced: () => void
  readonly report: () => ReplayReport
}

const examplesTold = 10

/**
 * Opens a replay. All trades of a member must be added one after the other (RP-5): so the sum of a
 * member is held only until the next one comes.
 */
export function openReplay(leastRatioPpm: number): Replay {
  const cost = new Map<string, { before: number; after: number }>()
  const [deepest, floors, ratios]: [LineDepth[], CheapLine[], CheapLine[]] = [[], [], []]
  const members = openMembers()
  const sums = { trades: 0, changed: 0, notPriced: 0, before: 0, after: 0 }
  const floor = { before: 0, after: 0 }
  const ratio = { before: 0, after: 0 }

  const add = (trade: RepricedTrade): void => {
    const compared = compareTrade(trade, leastRatioPpm)
    sums.trades += 1
    sums.changed += compared.changed ? 1 : 0
    sums.before += compared.payBeforeFen
    sums.after += compared.payAfterFen
    members.add(trade.memberId, compared.payAfterFen - compared.payBeforeFen)
    for (const [funder, fen] of compared.costBefore) costFor(cost, funder).before += fen
    for (const [funder, fen] of compared.costAfter) costFor(cost, funder).after += fen
    floor.before += compared.underFloorBefore
    floor.after += compared.underFloor.length
    ratio.before += compared.underRatioBefore
    ratio.after += compared.underRatio.length
    keepFirst(deepest, compared.depths, byDepth)
    keepFirst(floors, compared.underFloor, byShortfall)
    keepFirst(ratios, compared.underRatio, byShortfall)
  }
  return {
    add,
    addNotPriced: () => (sums.notPriced += 1),
    report: () => ({
      trades: sums.trades,
      changed: sums.changed,
      notPriced: sums.notPriced,
      pay: differing(sums.before, sums.after),
      funders: [...cost]
        .sort(([a], [b]) => compareText(a, b))
        .map(([funder, { before, after }]) => ({ funder, ...differing(before, after) })),
      deepest: [...deepest],
      underFloor: { ...floor, examples: [...floors] },
      underRatio: { ...ratio, examples: [...ratios] },
      members: members.report(),
    }),
  }
}

/** RP-5: members come one after the other. */
function openMembers() {
  const counts = { better: 0, worse: 0, same: 0 }
  let here: MemberChange | undefined
  let most: MemberChange | null = null
  let least: MemberChange | null = null

  const close = (): void => {
    if (here === undefined) return
    const { differenceFen } = here
    if (differenceFen < 0) counts.better += 1
    else if (differenceFen > 0) counts.worse += 1
    else counts.same += 1
    if (differenceFen < (most?.differenceFen ?? 0)) most = here
    if (differenceFen > (least?.differenceFen ?? 0)) least = here
    here = undefined
  }
  return {
    add: (memberId: string, differenceFen: number): void => {
      if (here?.memberId !== memberId) close()
      here = { memberId, differenceFen: (here?.differenceFen ?? 0) + differenceFen }
    },
    report: () => {
      close()
      return { ...counts, most, least }
    },
  }
}

function costFor(
  cost: Map<string, { before: number; after: number }>,
  funder: string,
): { before: number; after: number } {
  const there = cost.get(funder)
  if (there !== undefined) return there
  const made = { before: 0, after: 0 }
  cost.set(funder, made)
  return made
}

function differing(beforeFen: number, afterFen: number) {
  assert(Number.isSafeInteger(beforeFen) && Number.isSafeInteger(afterFen), 'sums are safe')
  return { beforeFen, afterFen, differenceFen: afterFen - beforeFen }
}

function keepFirst<Each>(kept: Each[], more: readonly Each[], order: (a: Each, b: Each) => number) {
  for (const each of more) {
    const last = kept.at(-1)
    if (kept.length === examplesTold && last !== undefined && order(last, each) <= 0) continue
    kept.push(each)
    kept.sort(order)
    kept.length = Math.min(kept.length, examplesTold)
  }
}

function byDepth(a: LineDepth, b: LineDepth): number {
  return b.ppm - a.ppm || byPlace(a, b)
}

function byShortfall(a: CheapLine, b: CheapLine): number {
  return b.leastFen - b.payFen - (a.leastFen - a.payFen) || byPlace(a, b)
}

type Place = { readonly memberId: string; readonly tradeId: string; readonly line: string }

function byPlace(a: Place, b: Place): number {
  return (
    compareText(a.memberId, b.memberId) ||
    compareText(a.tradeId, b.tradeId) ||
    compareText(a.line, b.line)
  )
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
