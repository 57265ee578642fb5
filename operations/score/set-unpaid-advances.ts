import type { Writer } from '#db/connection.ts'
import { writeUnpaidAdvances } from '#db/membership/score-facts.ts'
import { assert } from '#rules/assert.ts'

/** Keeps how many advances on refunds a member has not paid back; the member is locked. */
export async function setUnpaidAdvances(
  tx: Writer,
  memberId: string,
  count: number,
): Promise<void> {
  assert(Number.isSafeInteger(count) && count >= 0, 'advances are counted')
  await writeUnpaidAdvances(tx, memberId, count)
}
