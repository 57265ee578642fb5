// What the fake API answers of a shop's day: shipments, returns, metrics, tickets, notices, settlement.
import type { ShopAnswer, ShopCall } from '#test/support/fake-shop-a.ts'
import { asked, at, steps, type Asked } from '#test/support/fake-care.ts'
import {
  categories,
  message,
  metrics,
  notice,
  one,
  ratings,
  shipmentsOf,
  statement,
  ticket,
  totals,
  violation,
} from '#test/support/fake-shop-b-data.ts'

/** A day of the shop; what is answered, written and read stays until it is made anew. */
export function fakeShopB(): (call: ShopCall) => ShopAnswer {
  let request: Asked = asked
  let shown = violation
  let opened = ticket
  const said = [
    message(1, 'merchant', 'opened', '包裹三天没有更新。'),
    message(2, 'market', 'question', '请提供运单号。'),
  ]
  const told = [
    notice(9, 'jifen.shipment.late.v1', { orderId: 'S0' }),
    notice(8, 'jifen.declaration.suspended.v1', { sku: 'dress', priceFen: 33_900 }),
    notice(7, 'jifen.something.new.v1', {}),
  ].map((each) => ({ ...each, readAt: each.readAt as string | null }))

  return ({ method, parts, query, body }) => {
    const [area, , resource = '', ...rest] = parts
    if (area === 'merchants') return ticketsAnswer(method, resource, rest, body)
    switch (resource) {
      case 'shipments':
        return found(rest.length === 0 ? shipmentsOf(query.get('due') ?? 'all') : one(rest[1]))
      case 'return-requests':
        return returnsAnswer(method, rest, query)
      case 'metrics':
        return found(metrics)
      case 'ratings':
        return found({ ratings })
      case 'violations':
        return method === 'POST' ? appealed(body) : found(violations())
      case 'announcements':
        return noticesAnswer(rest[0], query)
      case 'settlement':
        return found(statement)
    }
    return undefined
  }

  function returnsAnswer(
    method: string,
    [, returnId, turn]: readonly string[],
    query: URLSearchParams,
  ): ShopAnswer {
    if (method === 'GET' && returnId === undefined) {
      const isOpen = query.get('status') === 'open'
      return found({ requests: isOpen && request.status === 'ended' ? [] : [request] })
    }
    if (method === 'POST') request = request.turned(turn ?? '')
    return found(method === 'GET' ? { request, steps } : request)
  }

  function violations(): object {
    const policy = 'violations@1'
    return {
      policy,
      totals,
      barredUntil: null,
      removed: false,
      sanctions: [],
      ...listed(),
    }
  }

  function listed(): object {
    return { violations: [shown] }
  }

  function appealed(body: unknown): ShopAnswer {
    const { words } = body as { readonly words: string }
    const turns = [{ turn: 'appealed', at: at('11-11T10:23'), words }]
    shown = { ...violation, status: 'appealed', turns }
    return found(shown)
  }

  function noticesAnswer(id: string | undefined, query: URLSearchParams): ShopAnswer {
    if (id !== undefined) {
      const known = told.find(({ announcementId }) => announcementId === id)
      if (known === undefined) return undefined
      known.readAt = at('11-11T10:23')
      return found(known)
    }
    const unread = told.filter(({ readAt }) => readAt === null)
    const announcements = query.get('unread') === 'true' ? unread : told
    return found({ announcements, unread: unread.length })
  }

  function ticketsAnswer(
    method: string,
    resource: string,
    [id, part]: readonly string[],
    body: unknown,
  ): ShopAnswer {
    if (resource === 'ticket-categories') return found({ categories })
    if (resource !== 'tickets') return undefined
    if (part === 'satisfaction') opened = { ...opened, satisfaction: 5 }
    if (method === 'POST') {
      const { kind = 'message', text } = body as { readonly kind?: string; readonly text: string }
      said.push(message(said.length + 1, 'merchant', kind, text))
      const closedAt = kind === 'solved' ? at('11-11T10:23') : null
      opened = { ...opened, status: kind === 'solved' ? 'closed' : 'open', closedAt, dueAt: null }
      return { status: 201, body: opened }
    }
    if (method === 'PUT') return found(opened)
    return found(id === undefined ? { tickets: [opened] } : { ticket: opened, messages: said })
  }
}

function found(body: object): ShopAnswer {
  return { status: 200, body }
}
