import { eventOf } from '#test/accept/support/postings.ts'
import type { Random } from '#test/accept/support/random.ts'

export type Event = ReturnType<typeof eventOf> & { readonly data: object }

/** The facts of one order, from placing to refund, of one member. */
export function factsOfOrder(random: Random, memberId: string, orderId: string): Event[] {
  const begun = Temporal.Now.instant().subtract({ seconds: 20 })
  const at = (seconds: number): string => begun.add({ seconds }).toString()
  const lines = Array.from({ length: random.int(1, 3) }, (_, index) => ({
    id: String(index + 1),
    sku: `sku-${random.int(1, 500)}`,
    category: random.pick(['ordinary', 'digital3c', 'virtual']),
    quantity: random.int(1, 3),
    paid: random.int(1, 90_000),
  }))
  const told = (type: string, seconds: number, data: object): Event => ({
    ...eventOf(memberId, type, `${orderId}/${type}/${seconds}`, at(seconds)),
    data: { orderId, ...data },
  })
  const refunds = lines
    .filter(() => random.chance(0.4))
    .map((line, index) =>
      told('refund.succeeded', 10 + index, {
        lines: [{ id: line.id, amount: random.int(1, line.paid) }],
      }),
    )
  return [
    told('order.placed', 1, { shopId: `shop-${random.int(1, 9)}`, lines }),
    told('order.paid', 2, {}),
    told('order.shipped', 3, {}),
    told('order.received', 5, {}),
    ...refunds,
  ]
}

/** A member is sealed, and unsealed again. */
export function factsOfSealing(memberId: string, id: string): Event[] {
  const time = Temporal.Now.instant()
  const told = (type: string, seconds: number): Event => ({
    ...eventOf(memberId, type, `${id}/${type}`, time.subtract({ seconds }).toString()),
    data: { reason: 'trial' },
  })
  return [told('member.sealed', 2), told('member.unsealed', 1)]
}
