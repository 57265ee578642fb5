import type { LateCompensation } from '#db/delivery/compensations.ts'
import type { Shipment } from '#db/delivery/shipments.ts'
import type { Announcement } from '#operations/announcements/announce.ts'
import type { ShopAnnouncement } from '#operations/announcements/announce-to-shops.ts'

/** SH-15: the limit of an order comes near. */
export function reminderNotice(shipment: Shipment, at: Temporal.Instant): ShopAnnouncement {
  const { shopId, memberId, orderId, toDo, ship, trace } = shipment
  const limit = toDo === 'ship' ? ship : trace
  return {
    shopId,
    id: `shipment-due/${memberId}/${orderId}`,
    type: 'jifen.shipment.due.v1',
    at,
    data: { memberId, orderId, toDo, by: limit?.at.toString() ?? null },
  }
}

/** SH-15: an order missed its limit. */
export function lateNotice(shipment: Shipment, at: Temporal.Instant): ShopAnnouncement {
  const { shopId, memberId, orderId, cause, lateSince, ship, trace } = shipment
  return {
    shopId,
    id: `shipment-late/${memberId}/${orderId}`,
    type: 'jifen.shipment.late.v1',
    at,
    data: {
      memberId,
      orderId,
      cause,
      lateSince: lateSince?.toString() ?? null,
      shipBy: ship?.at.toString() ?? null,
      traceBy: trace?.at.toString() ?? null,
    },
  }
}

type Both = { readonly shop: ShopAnnouncement; readonly member: Announcement }

/** Who paid whom how much for a late shipment. */
export function compensatedNotices(compensation: LateCompensation): Both {
  return both(compensation, 'paid', 'jifen.compensation.paid.v1', compensation.paidAt)
}

/** A shipment was in time after all: what was paid for it was taken back. */
export function takenBackNotices(compensation: LateCompensation, at: Temporal.Instant): Both {
  return both(compensation, 'undone', 'jifen.compensation.undone.v1', at)
}

function both(
  { memberId, orderId, shopId, ref, compensationFen, cause }: LateCompensation,
  what: 'paid' | 'undone',
  type: Announcement['type'],
  at: Temporal.Instant,
): Both {
  const data = { orderId, shopId, cause, compensationFen, points: compensationFen, ref }
  return {
    shop: {
      shopId,
      id: `compensation-${what}/${memberId}/${ref}`,
      type,
      at,
      data: { ...data, memberId },
    },
    member: { memberId, id: `compensation-${what}/${ref}`, type, at, data },
  }
}
