import type { Fact } from '#rules/orders/facts.ts'
import { fact } from '#test/support/market.ts'

/** A market of members who are honest, but for those who are planted. */
export type Crowd = {
  readonly facts: readonly Fact[]
  readonly honest: readonly string[]
  /** Who games, with the rules of the preset that are to find it. */
  readonly planted: ReadonlyMap<string, readonly string[]>
}

/** Sixty days from here on. */
const firstMs = Temporal.Instant.from('2017-10-01T00:00:00+08:00').epochMilliseconds
const days = 60
const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Makes a crowd from a seed: the same one for the same seed. */
export function crowdOf(seed: number, honestMembers: number): Crowd {
  const random = randomFrom(seed)
  const facts: Fact[] = []
  const honest = Array.from({ length: honestMembers }, (_, at) => `honest-${at}`)
  honest.forEach((memberId, at) => {
    facts.push(...honestLife(memberId, at, random))
    if (random() < 0.1) facts.push(...festivalParcels(memberId, random))
  })
  const planted = new Map<string, readonly string[]>()
  for (let at = 0; at < 6; at += 1) {
    plant(`burst-${at}`, ['review-burst'], burstOfReviews)
    plant(`talker-${at}`, ['talk-burst'], burstOfTalk)
    plant(`without-${at}`, ['no-order'], reviewsWithoutOrder)
    plant(`hasty-${at}`, ['too-soon'], hastyReviews)
  }
  for (let ring = 0; ring < 4; ring += 1) {
    for (let at = 0; at < 5; at += 1) {
      plant(`ring-${ring}-${at}`, ['review-ring'], (id) => ringReview(id, ring, at))
      plant(`sharers-${ring}-${at}`, ['subject-ring'], (id) => ringShare(id, ring, at))
    }
  }
  return { facts, honest, planted }

  function plant(memberId: string, rules: readonly string[], game: Game): void {
    planted.set(memberId, rules)
    facts.push(...honestLife(memberId, 1_000 + planted.size, random), ...game(memberId, random))
  }
}

type Random = () => number
type Game = (memberId: string, random: Random) => Fact[]

/** Buys now and then, reviews some of it days later, talks a little, on a telephone that a family may share. */
function honestLife(memberId: string, nth: number, random: Random): Fact[] {
  const device = `family-${Math.floor(nth / 2)}`
  const facts: Fact[] = []
  const orders = 1 + Math.floor(random() * 7)
  for (let at = 0; at < orders; at += 1) {
    const placedMs = firstMs + random() * (days - 20) * dayMs
    const receivedMs = placedMs + (2 + random() * 5) * dayMs
    const shop = `shop-${Math.floor(random() * 20)}`
    facts.push(...order(memberId, `o${at}`, placedMs, receivedMs, shop))
    if (random() < 0.5) {
      // One in fifty loses the order on its way to us.
      const about = random() < 0.02 ? {} : { orderId: `o${at}`, sku: 'sku' }
      const reviewedMs = receivedMs + (0.02 + random() * 8) * dayMs
      facts.push(review(memberId, `r${at}`, reviewedMs, { ...about, device }))
    }
  }
  const talks = Math.floor(random() * random() * 25)
  const kinds = ['share', 'answer', 'post', 'liveView'] as const
  for (let at = 0; at < talks; at += 1) {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'share'
    const subject = `item-${Math.floor(random() * 200)}`
    facts.push(talk(memberId, `t${at}`, firstMs + random() * days * dayMs, kind, subject, device))
  }
  return facts
}

/** The parcels of a festival, confirmed one after the other and mostly reviewed on the spot. */
function festivalParcels(memberId: string, random: Random): Fact[] {
  const began = firstMs + (44 + random() * 5) * dayMs
  const parcels = 3 + Math.floor(random() * 7)
  return Array.from({ length: parcels }, (_, at) => {
    const receivedMs = began + at * (2 + random() * 10) * 60_000
    const shop = `shop-${Math.floor(random() * 20)}`
    const ordered = order(memberId, `f${at}`, began - 4 * dayMs, receivedMs, shop)
    if (random() < 0.3) return ordered
    const about = { orderId: `f${at}`, sku: 'sku' }
    const reviewedMs = receivedMs + (0.5 + random() * 20) * 60_000
    return [...ordered, review(memberId, `festival${at}`, reviewedMs, about)]
  }).flat()
}

function burstOfReviews(memberId: string, random: Random): Fact[] {
  const began = firstMs + 40 * dayMs + random() * dayMs
  return Array.from({ length: 14 }, (_, at) => {
    const ordered = order(memberId, `b${at}`, began - 5 * dayMs, began - dayMs, `shop-${at}`)
    const about = { orderId: `b${at}`, sku: 'sku' }
    return [...ordered, review(memberId, `burst${at}`, began + at * 3 * 60_000, about)]
  }).flat()
}

function burstOfTalk(memberId: string, random: Random): Fact[] {
  const began = firstMs + 20 * dayMs + random() * dayMs
  return Array.from({ length: 40 }, (_, at) =>
    talk(memberId, `burst${at}`, began + at * 60_000, 'answer', `item-${at}`, `own-${memberId}`),
  )
}

function reviewsWithoutOrder(memberId: string, random: Random): Fact[] {
  return Array.from({ length: 4 }, (_, at) =>
    review(memberId, `none${at}`, firstMs + (30 + at + random()) * dayMs, { sku: `sku-${at}` }),
  )
}

function hastyReviews(memberId: string, random: Random): Fact[] {
  const began = firstMs + 35 * dayMs + random() * hourMs
  return Array.from({ length: 6 }, (_, at) => {
    const receivedMs = began + at * hourMs
    const about = { orderId: `h${at}`, sku: 'sku' }
    const ordered = order(memberId, `h${at}`, began - dayMs, receivedMs, `shop-${at}`)
    return [...ordered, review(memberId, `hasty${at}`, receivedMs + 20_000, about)]
  }).flat()
}

function ringReview(memberId: string, ring: number, at: number): Fact[] {
  const receivedMs = firstMs + (25 + ring) * dayMs + at * hourMs
  const about = { orderId: 'ring', sku: 'sku', device: `farm-${ring}` }
  return [
    ...order(memberId, 'ring', receivedMs - dayMs, receivedMs, `paid-shop-${ring}`),
    review(memberId, 'ring', receivedMs + (5 + at * 7) * hourMs, about),
  ]
}

function ringShare(memberId: string, ring: number, at: number): Fact[] {
  const sharedMs = firstMs + (28 + ring) * dayMs + at * 2 * hourMs
  return [talk(memberId, 'ring', sharedMs, 'share', `pushed-${ring}`, `rack-${ring}`)]
}

function order(
  memberId: string,
  orderId: string,
  placedMs: number,
  receivedMs: number,
  shopId: string,
): Fact[] {
  const lines = [{ id: '1', sku: 'sku', paid: '59.00' }]
  const placed = { orderId, shopId, paidAt: text(placedMs), lines }
  return [
    fact(memberId, `${orderId}/placed`, 'order.placed', text(placedMs), placed),
    fact(memberId, `${orderId}/received`, 'order.received', text(receivedMs), { orderId }),
  ]
}

function review(memberId: string, id: string, atMs: number, data: object): Fact {
  return fact(memberId, `review/${id}`, 'review.posted', text(atMs), { ...data })
}

function talk(
  memberId: string,
  id: string,
  atMs: number,
  kind: string,
  subject: string,
  device: string,
): Fact {
  const data = { kind, subject, device }
  return fact(memberId, `talk/${id}`, 'interaction.recorded', text(atMs), data)
}

function text(ms: number): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toString()
}

/** Mulberry32: numbers from 0 to 1 that a seed decides. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
