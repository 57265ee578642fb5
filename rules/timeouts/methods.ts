/**
 * How goods come to the buyer: parcels by express or ordinary mail, what needs no parcel, what a program
 * hands over by itself, and what crosses a border.
 */
export const deliveryMethods = ['express', 'mail', 'virtual', 'automatic', 'international'] as const

export type DeliveryMethod = (typeof deliveryMethods)[number]
