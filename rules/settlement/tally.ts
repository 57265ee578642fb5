import type { Funded, Moved, Taken } from '#rules/settlement/statement.ts'

export const nothingMoved: Moved = { funded: [], taken: [], points: [] }

/** The sum of parts, with what has the same names in one row: it stays as short as a statement (ST-5). */
export function sumOfMoved(parts: readonly Moved[]): Moved {
  return {
    funded: sumBy(
      parts.flatMap((part) => part.funded),
      fundedNames,
      addFunded,
    ),
    taken: sumBy(
      parts.flatMap((part) => part.taken),
      takenNames,
      addTaken,
    ),
    points: parts.flatMap((part) => part.points),
  }
}

function fundedNames({ campaign, tradeCampaign, shop, funder, layer }: Funded): string {
  return JSON.stringify([campaign, tradeCampaign, shop, funder, layer])
}

function takenNames({ tradeCampaign, shop }: Taken): string {
  return JSON.stringify([tradeCampaign, shop])
}

function addFunded(a: Funded, b: Funded): Funded {
  return {
    ...a,
    allocatedFen: a.allocatedFen + b.allocatedFen,
    reversedFen: a.reversedFen + b.reversedFen,
  }
}

function addTaken(a: Taken, b: Taken): Taken {
  return {
    ...a,
    orders: a.orders + b.orders,
    goodsPaidFen: a.goodsPaidFen + b.goodsPaidFen,
    freightPaidFen: a.freightPaidFen + b.freightPaidFen,
    extrasFen: a.extrasFen + b.extrasFen,
    refundedFen: a.refundedFen + b.refundedFen,
  }
}

function sumBy<Each>(
  all: readonly Each[],
  names: (each: Each) => string,
  add: (a: Each, b: Each) => Each,
): Each[] {
  const sums = new Map<string, Each>()
  for (const each of all) {
    const key = names(each)
    const there = sums.get(key)
    sums.set(key, there === undefined ? each : add(there, each))
  }
  return [...sums.values()]
}
