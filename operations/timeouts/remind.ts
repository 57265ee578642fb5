import type { Writer } from '#db/connection.ts'
import { lockMembers } from '#db/members.ts'
import {
  orderName,
  receiptsToRemind,
  takeReceiptReminders,
  type OrderKey,
} from '#db/timeouts/receipts.ts'
import {
  requestsToRemind,
  takeRequestReminders,
  type KeptRequest,
  type RequestKey,
} from '#db/timeouts/requests.ts'
import { settleTogether } from '#operations/_due.ts'
import { transact } from '#operations/_transact.ts'
import {
  announceToShops,
  type ShopAnnouncement,
} from '#operations/announcements/announce-to-shops.ts'
import { announce, type Announcement } from '#operations/announcements/announce.ts'
import type { EventContext } from '#operations/events/apply-order-facts.ts'
import { waitsOf, type RequestWaits } from '#rules/timeouts/turn.ts'

const atOnce = 200
const type = 'jifen.timeout.near.v1' as const

/** TO-9: reminds who is to act of what lapses soon, once. Returns of how many. */
export async function remindOfTimeouts({ db, now }: EventContext): Promise<number> {
  const receipts = await settleTogether(
    { find: (limit) => receiptsToRemind(db, now, limit), nameOf: orderName, atOnce },
    async (some) => await transact(db, (tx) => remindOfReceipts(tx, some, now)),
  )
  const requests = await settleTogether(
    {
      find: (limit) => requestsToRemind(db, now, limit),
      nameOf: ({ memberId, returnId }) => `${memberId}/${returnId}`,
      atOnce,
    },
    async (some) => await transact(db, (tx) => remindOfRequests(tx, some, now)),
  )
  return receipts + requests
}

async function remindOfReceipts(
  tx: Writer,
  orders: readonly OrderKey[],
  at: Temporal.Instant,
): Promise<void> {
  await lockMembers(tx, membersOf(orders))
  const receipts = await takeReceiptReminders(tx, orders, at)
  await announce(
    tx,
    receipts.map(({ memberId, orderId, dueAt }) => ({
      memberId,
      id: `timeout-near/receive/${orderId}/${dueAt.epochMilliseconds}`,
      type,
      at,
      data: { what: 'receive', orderId, dueAt: dueAt.toString(), lapse: 'received' },
    })),
  )
}

async function remindOfRequests(
  tx: Writer,
  keys: readonly RequestKey[],
  at: Temporal.Instant,
): Promise<void> {
  await lockMembers(tx, membersOf(keys))
  const requests = await takeRequestReminders(tx, keys, at)
  const news = requests.flatMap((request): Reminder[] => {
    const waits = waitsOf(request)
    const { memberId, shopId, returnId, orderId, dueAt, steps } = request
    if (waits === undefined || dueAt === null) return []
    const { what, late, lapse } = waits
    const data = { what, orderId, returnId, dueAt: dueAt.toString(), lapse }
    return [{ memberId, shopId, late, id: `timeout-near/${returnId}/${steps}`, type, at, data }]
  })
  await announce(tx, news.filter(({ late }) => late === 'member').map(ofMember))
  await announceToShops(tx, news.filter(({ late }) => late === 'shop').map(ofShop))
}

type Reminder = Announcement & Pick<KeptRequest, 'shopId'> & Pick<RequestWaits, 'late'>

function ofMember({ memberId, id, at, data }: Reminder): Announcement {
  return { memberId, id, type, at, data }
}

function ofShop({ memberId, shopId, id, at, data }: Reminder): ShopAnnouncement {
  return { shopId, id: `${memberId}/${id}`, type, at, data }
}

/** In the order in which members are locked. */
function membersOf(of: readonly { readonly memberId: string }[]): string[] {
  return [...new Set(of.map((each) => each.memberId))].sort()
}
