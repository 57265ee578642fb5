import type { EventRow } from '#db/events.ts'
import { assert } from '#rules/assert.ts'
import { readFact, type Fact } from '#rules/orders/facts.ts'

/** Reads a parked fact back from what was kept of it. */
export function factOf(row: EventRow): Fact {
  const read = readFact({
    specversion: '1.0',
    id: row.eventId,
    source: row.source,
    type: row.type,
    time: row.occurredAt.toString(),
    partitionkey: row.memberId,
    data: JSON.parse(row.data) as unknown,
  })
  assert(read.ok, 'a parked fact reads as it did when it was told')
  return read.fact
}
