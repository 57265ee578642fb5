/** What is counted of a shop on a day (MM-2). Each is a column of the table of days. */
export const counterNames = [
  'ratings',
  'descriptionStars',
  'serviceStars',
  'deliveryStars',
  'paidOrders',
  'paidFen',
  'refundedOrders',
  'refundedFen',
  'shipDue',
  'shippedInTime',
  'soldOrders',
  'soldFen',
  'disputesOpened',
  'disputesLost',
  'refundsDone',
  'refundMs',
  'returnsDone',
  'returnMs',
] as const

export type CounterName = (typeof counterNames)[number]

/** Counters that are not zero. */
export type Counters = Readonly<Partial<Record<CounterName, number>>>
