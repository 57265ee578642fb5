import type { Writer } from '#db/connection.ts'
import type { KeptRequest } from '#db/timeouts/requests.ts'
import { announceToShops } from '#operations/announcements/announce-to-shops.ts'
import { announce } from '#operations/announcements/announce.ts'
import { waitsOf } from '#rules/timeouts/turn.ts'

/** Tells the member and the shop of a step of a request, once. */
export async function tellReturnStep(
  tx: Writer,
  request: KeptRequest,
  { turn, at }: { readonly turn: string; readonly at: Temporal.Instant },
): Promise<void> {
  const { memberId, shopId, returnId, orderId, steps, status, outcome, dueAt, refundedFen } =
    request
  const waits = waitsOf(request)
  const data = {
    returnId,
    orderId,
    kind: request.kind,
    turn,
    status,
    outcome,
    waitsFor: waits?.what ?? null,
    of: waits?.late ?? null,
    dueAt: dueAt?.toString() ?? null,
    lapse: waits?.lapse ?? null,
    refundedFen,
  }
  const type = 'jifen.return-request.changed.v1'
  await Promise.all([
    announce(tx, [{ memberId, id: `return-request/${returnId}/${steps}`, type, at, data }]),
    announceToShops(tx, [
      { shopId, id: `return-request/${memberId}/${returnId}/${steps}`, type, at, data },
    ]),
  ])
}
