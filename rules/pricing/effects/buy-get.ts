import type { Effect } from '#rules/pricing/basket.ts'
import { shortOfUnits, type Short } from '#rules/pricing/effects/reduction.ts'
import { countOf, firstUnits, runsOf, wholes, type Run } from '#rules/pricing/effects/units.ts'
import type { Sheet } from '#rules/pricing/sheet.ts'

type BuyGet = Extract<Effect, { readonly type: 'buyXGetY' }>

/**
 * Which units are got for units bought. A unit is bought or got, never both; got are the cheapest (or the
 * dearest, by `pick`); who takes fewer than he could get has those that he takes (PR-8). `lines`: all that
 * are touched; the places of the runs are theirs.
 */
export function unitsGot(
  sheet: Sheet,
  effect: BuyGet,
  lines: readonly number[],
  boughtFrom: readonly number[],
  gotFrom: readonly number[],
): { readonly ok: true; readonly units: readonly Run[]; readonly times: number } | Short {
  const both = boughtFrom.filter((line) => gotFrom.includes(line))
  const counts = {
    onlyBought: countOf(sheet, boughtFrom) - countOf(sheet, both),
    both: countOf(sheet, both),
    onlyGot: countOf(sheet, gotFrom) - countOf(sheet, both),
  }
  const { times, got, spare } = bestTimes(effect, counts)
  const needed = counts.onlyGot === 0 && counts.onlyBought === 0 ? effect.buy + 1 : effect.buy
  if (got === 0) {
    const units = counts.onlyBought + counts.both
    return shortOfUnits(Math.min(units, needed - 1), needed)
  }
  const runs = runsOf(sheet, lines, effect.pick)
  const fromBoth = new Set(both)
  const gotten = new Set(gotFrom)
  return { ok: true, times, units: takeGot(runs, got, spare, fromBoth, gotten) }
}

type Counts = { readonly onlyBought: number; readonly both: number; readonly onlyGot: number }

/** How often to buy so that the most is got; `spare`: how many of the lines that are both may be got. */
function bestTimes(
  { buy, get, times: most }: BuyGet,
  { onlyBought, both, onlyGot }: Counts,
): { readonly times: number; readonly got: number; readonly spare: number } {
  const highest = Math.min(most ?? Number.MAX_SAFE_INTEGER, wholes(onlyBought + both, buy))
  const even = wholes(onlyBought + both + onlyGot, buy + get)
  const filled = wholes(both + onlyGot, get)
  let best = { times: 0, got: 0, spare: 0 }
  for (const each of [even, even + 1, filled, filled + 1, highest]) {
    const times = Math.min(each, highest)
    const spare = both - Math.max(0, buy * times - onlyBought)
    const got = Math.min(get * times, onlyGot + spare)
    if (got > best.got || (got === best.got && times < best.times)) best = { times, got, spare }
  }
  return best
}

/** The first `got` units, at most `spare` of them from lines that are also bought from. */
function takeGot(
  runs: readonly Run[],
  got: number,
  spare: number,
  fromBoth: ReadonlySet<number>,
  gotten: ReadonlySet<number>,
): Run[] {
  let leftOfBoth = spare
  const open: Run[] = []
  for (const run of runs) {
    if (!gotten.has(run.line)) continue
    const count = fromBoth.has(run.line) ? Math.min(run.count, leftOfBoth) : run.count
    if (fromBoth.has(run.line)) leftOfBoth -= count
    if (count > 0) open.push(count === run.count ? run : { ...run, count })
  }
  return firstUnits(open, got)
}
