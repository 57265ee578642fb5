import { registerForEvent, type RegisterAsked } from '#operations/entry/register.ts'
import { verifyEntries } from '#operations/entry/verify-entries.ts'
import { verifyQuotas } from '#operations/issuing/verify-quotas.ts'
import type { TestMarket } from '#test/support/market.ts'

const title = { zh: '测试', en: 'Test' }

/** An event of an evening in November that costs 100 points, with what a test changes of it. */
export function eventOf(changes: object = {}): object {
  return {
    title,
    points: 100,
    register: { from: '2017-11-01T00:00:00+08:00', to: '2017-11-10T19:00:00+08:00' },
    event: { from: '2017-11-10T20:00:00+08:00', to: '2017-11-10T22:00:00+08:00' },
    ...changes,
  }
}

let keys = 0

/** A registration under a key of its own. */
export function registering(
  memberId: string,
  slug: string,
  at: Temporal.Instant,
  changes: Partial<RegisterAsked> = {},
): RegisterAsked {
  return { memberId, slug, caller: 'service:test', key: `e-${(keys += 1)}`, at, ...changes }
}

/** Registers under a key of its own, and tells the status or the refusal. */
export async function registered(market: TestMarket, asked: RegisterAsked): Promise<string> {
  const told = await registerForEvent(market, asked)
  return told.ok ? told.entry.status : told.refusal
}

/** What is wrong with the entries and places of a market. */
export async function entryFaults({ db }: TestMarket): Promise<readonly object[]> {
  return [...(await verifyEntries(db)), ...(await verifyQuotas(db)).faults]
}
