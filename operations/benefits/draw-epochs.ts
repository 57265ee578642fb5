import { hash, randomBytes } from 'node:crypto'
import type { Writer } from '#db/connection.ts'
import { epochsByName, insertEpochs, publishEpochs, type DrawEpoch } from '#db/benefits/draws.ts'
import { transact } from '#operations/_transact.ts'
import { benefitsPolicyAt, type BenefitContext } from '#operations/benefits/benefit-book.ts'
import { assert } from '#rules/assert.ts'
import { calendarPeriod } from '#rules/benefits/periods.ts'

const seedBytes = 32

/**
 * Keeps the secrets of draws (BF-14): that of the time an instant is in and that of the next are made,
 * so that their SHA-256 is told before anybody draws; those whose time is over are told.
 */
export async function keepDrawEpochs(
  context: BenefitContext,
  by: Temporal.Instant,
): Promise<number> {
  await makeDrawEpochs(context, by)
  return await transact(context.db, (tx) => publishEpochs(tx, by))
}

/** Makes the secrets of the time that an instant is in and of the next, where they are missing. */
export async function makeDrawEpochs(
  { db, policies, market }: BenefitContext,
  at: Temporal.Instant,
): Promise<void> {
  const { drawEpoch } = benefitsPolicyAt(policies, at)
  const now = calendarPeriod(drawEpoch, at, market.zone)
  assert(now.to !== undefined, 'a calendar period ends')
  const wanted = [now, calendarPeriod(drawEpoch, now.to, market.zone)]
  const there = await epochsByName(
    db,
    wanted.map(({ key }) => key),
  )
  const missing = wanted.filter(({ key }) => !there.some(({ epoch }) => epoch === key))
  if (missing.length === 0) return
  await transact(db, (tx: Writer) => insertEpochs(tx, missing.map(freshEpoch)))
}

/** The SHA-256 of a secret, as it is told beforehand. */
export function commitmentOf(seed: Buffer): string {
  return hash('sha256', seed)
}

function freshEpoch({ key, from, to }: ReturnType<typeof calendarPeriod>): DrawEpoch {
  assert(from !== undefined && to !== undefined, 'a calendar period begins and ends')
  const seed = randomBytes(seedBytes)
  const commitment = commitmentOf(seed)
  return { epoch: key, seed, commitment, opensAt: from, closesAt: to, publishedAt: null }
}
