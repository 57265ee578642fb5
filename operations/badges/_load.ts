import { boughtBy, toldBy, type BoughtRow, type ToldRow } from '#db/badges/doings.ts'
import { ringFlagsOf, type RingFlagRow } from '#db/badges/sightings.ts'
import { suspectsBy, suspicionsOf } from '#db/badges/suspicions.ts'
import type { Reader } from '#db/connection.ts'
import type { Bought, Doings, Told } from '#rules/badges/deeds.ts'
import type { WatchRule } from '#rules/badges/policy.ts'
import { queueOf, type Queue, type Suspicion } from '#rules/badges/queue.ts'
import { suspectsOf, type Suspect } from '#rules/badges/watch.ts'

/** What badges of a member are counted from. */
export type BadgeSituation = {
  readonly memberId: string
  readonly doings: Doings
  readonly told: readonly ToldRow[]
  readonly suspicions: readonly Suspicion[]
  readonly queue: Queue
}

/** Reads what members did and what is suspected of it; they are locked where it is to be written. */
export async function loadBadgeSituations(
  db: Reader,
  zone: string,
  rules: readonly WatchRule[],
  memberIds: readonly string[],
): Promise<readonly BadgeSituation[]> {
  const [bought, told, flags, suspicions, suspects] = await Promise.all([
    boughtBy(db, memberIds, zone),
    toldBy(db, memberIds, zone),
    ringFlagsOf(db, memberIds),
    suspicionsOf(db, memberIds),
    suspectsBy(db, memberIds),
  ])
  const boughtOf = Map.groupBy(bought, (row) => row.memberId)
  const toldOf = Map.groupBy(told, (row) => row.memberId)
  const flagsOf = Map.groupBy(flags, (row) => row.memberId)
  const suspicionsBy = Map.groupBy(suspicions, (row) => row.memberId)
  const factsOf = Map.groupBy(suspects, (row) => `${row.memberId}\n${row.suspicionId}`)
  return memberIds.map((memberId) => {
    const own = toldOf.get(memberId) ?? []
    const doings = { bought: ordersFrom(boughtOf.get(memberId) ?? []), told: own.map(toldFrom) }
    const known = (suspicionsBy.get(memberId) ?? []).map((row): Suspicion => {
      const facts = factsOf.get(`${memberId}\n${row.suspicionId}`) ?? []
      return { ...row, facts: facts.map(({ source, eventId }) => ({ source, id: eventId })) }
    })
    const ofRings = ringSuspects(flagsOf.get(memberId) ?? [], own, rules)
    const queue = queueOf([...suspectsOf(doings, rules), ...ofRings], known)
    return { memberId, doings, told: own, suspicions: known, queue }
  })
}

function ordersFrom(rows: readonly BoughtRow[]): readonly Bought[] {
  return [...Map.groupBy(rows, (row) => row.orderId)].flatMap(([orderId, lines]): Bought[] => {
    const [first] = lines
    if (first === undefined) return []
    const { shop, receivedAt, day } = first
    return [{ orderId, shop, receivedMs: receivedAt.epochMilliseconds, day, lines }]
  })
}

function toldFrom(row: ToldRow): Told {
  const { source, eventId, at, day, highValue, orderId, sku, subject } = row
  const named = {
    ...(orderId === null ? {} : { orderId }),
    ...(sku === null ? {} : { sku }),
    ...(subject === null ? {} : { subject }),
  }
  const kind = (row.kind ?? 'review') as Told['kind']
  return { source, id: eventId, kind, atMs: at.epochMilliseconds, day, highValue, ...named }
}

/** What a rule of today finds in a ring, of facts that are still counted. */
function ringSuspects(
  flags: readonly RingFlagRow[],
  told: readonly ToldRow[],
  rules: readonly WatchRule[],
): readonly Suspect[] {
  if (flags.length === 0) return []
  const rings = new Set(rules.flatMap((rule) => (rule.kind === 'ring' ? rule.name : [])))
  const known = new Set(told.map((row) => `${row.source}\n${row.eventId}`))
  return flags.flatMap(({ rule, source, eventId, device, target }): Suspect[] => {
    if (!rings.has(rule) || !known.has(`${source}\n${eventId}`)) return []
    return [{ rule, kind: 'ring', source, id: eventId, ring: ringName(device, target) }]
  })
}

/** A ring as it is told: the beginning of the device's hash, and what it is about. */
function ringName(device: Buffer, target: string): string {
  return `${device.toString('hex').slice(0, 16)}/${target}`
}
