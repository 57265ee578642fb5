import { isUnreachable } from '#db/unreachable.ts'

/** Things that are due: how they are found, what waits longest first, and how one is named. */
export type Due<Item> = {
  readonly find: (limit: number) => Promise<readonly Item[]>
  readonly nameOf: (item: Item) => string
  /** So many are found at once. */
  readonly atOnce: number
}

/** What is wrong with those that failed, by their names. */
export type Failed = Map<string, unknown>

/**
 * Settles what is due, in batches, until nothing is: `settle` has some of them no longer due, or
 * throws. One that fails is left out, so that the others do not wait for it; what is wrong with the
 * first is thrown in the end. Returns how many were settled.
 */
export async function settleTogether<Item>(
  due: Due<Item>,
  settle: (some: readonly Item[]) => Promise<unknown>,
): Promise<number> {
  return await untilNoneIsDue(due, (some, failed) => settleSome(some, due.nameOf, settle, failed))
}

/** As `settleTogether`, one by one. */
export async function settleEach<Item>(
  due: Due<Item>,
  settle: (item: Item) => Promise<unknown>,
): Promise<number> {
  return await untilNoneIsDue(due, (some, failed) => eachOf(some, due.nameOf, settle, failed))
}

/** Settles some together or, where that fails, one by one; returns how many did not fail. */
export async function settleSome<Item>(
  some: readonly Item[],
  nameOf: (item: Item) => string,
  settle: (some: readonly Item[]) => Promise<unknown>,
  failed: Failed,
): Promise<number> {
  try {
    await settle(some)
    return some.length
  } catch (error) {
    if (isUnreachable(error)) throw error
  }
  return await eachOf(some, nameOf, (item) => settle([item]), failed)
}

async function untilNoneIsDue<Item>(
  { find, nameOf, atOnce }: Due<Item>,
  settle: (some: readonly Item[], failed: Failed) => Promise<number>,
): Promise<number> {
  const failed: Failed = new Map()
  let settled = 0
  for (;;) {
    const found = await find(atOnce + failed.size)
    const left = found.filter((item) => !failed.has(nameOf(item)))
    if (left.length === 0) break
    settled += await settle(left, failed)
  }
  throwFirst(failed)
  return settled
}

async function eachOf<Item>(
  some: readonly Item[],
  nameOf: (item: Item) => string,
  settle: (item: Item) => Promise<unknown>,
  failed: Failed,
): Promise<number> {
  let settled = 0
  for (const item of some) {
    try {
      await settle(item)
      settled += 1
    } catch (error) {
      if (isUnreachable(error)) throw error
      failed.set(nameOf(item), error)
    }
  }
  return settled
}

/** Throws what is wrong with the first of those that failed, if any did. */
export function throwFirst(failed: Failed): void {
  for (const error of failed.values()) throw error
}
