// What the fake API answers to a merchant: two shops of Lily.
import {
  asked,
  at,
  campaigns,
  cause,
  ceiling,
  declaration,
  doneFile,
  everything,
  merchant,
  merchantId,
  policies,
  refusedRow,
  seen,
  supplementsOf,
  suspended,
  terms,
  urgent,
} from '#test/support/fake-shop-a-data.ts'

/** One request of the console: the path after `/v1`, in parts. */
export type ShopCall = {
  readonly method: string
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
}

export type ShopAnswer = { readonly status: number; readonly body: object } | undefined

/** A console of its own: what is declared, signed and sent stays until it is made anew. */
export function fakeShopA(): (call: ShopCall) => ShopAnswer {
  const declared = [declaration('coat', 17_900), declaration('dress', 33_900, suspended)]
  const done = new Set<string>()
  const left = new Set<string>()
  const files: object[] = []

  return ({ method, parts, query, body }) => {
    const [area, id = '', resource, campaign = '', part, ...rest] = parts
    if (area === 'merchants' && parts.length === 2) {
      return id === merchantId ? found(merchant) : problem(404, 'merchants/unknown')
    }
    if (area === 'policies') return found({ policies })
    if (area === 'campaigns') return found(terms)
    if (area !== 'shops' || !merchant.shops.some(({ shopId }) => shopId === id)) return undefined
    switch (resource ?? '') {
      case 'campaigns':
        if (campaign === '') return found({ campaigns: standings(id, left) })
        if (part === 'ceilings') return found(ceilingsOf(query))
        if (part === 'declarations') {
          return method === 'GET' ? found(listed(query)) : turned(method, rest, body)
        }
        return filesAnswer(method, rest)
      case 'enrolments': {
        if (part === 'supplements') done.add(rest[0] ?? '')
        if (part === 'leave') left.add(id)
        return part === 'check'
          ? found({ ok: true, identities: ['event'], policies: '', criteria: seen(true) })
          : enrolment(id, campaign)
      }
      case 'announcements':
        return query.get('limit') === '1' ? found({ announcements: [], unread: 3 }) : undefined
      case 'shipments':
        return query.get('limit') === '1' ? found(urgent) : undefined
      case 'return-requests':
        return query.get('limit') === '100' ? found({ requests: [asked] }) : undefined
    }
    return undefined
  }

  function listed(query: URLSearchParams): object {
    const status = query.get('status')
    const shown = declared.filter((each) => status === null || each.status === status)
    return { declarations: shown }
  }

  function turned(method: string, rest: readonly string[], body: unknown): ShopAnswer {
    const [kind = '', sku = ''] = rest
    const place = declared.findIndex((each) => each.sku === sku)
    if (method === 'DELETE') {
      const gone = { ...declaration(sku, 0), ...declared[place], status: 'withdrawn' }
      declared.splice(place, 1, gone)
      return found({ what: 'withdrawn', declaration: gone })
    }
    const { price, quantity } = body as { readonly price: string; readonly quantity: number }
    const priceFen = Math.round(Number(price) * 100)
    // Of this one a lower deal is recorded between the look at its ceiling and the declaration.
    if (sku === 'sold-meanwhile' || priceFen > 17_910) {
      const more = { field: 'price', ceilingFen: 17_910, causes: [cause] }
      return problem(409, 'declarations/price-above-ceiling', more)
    }
    const fresh = declaration(sku, priceFen, { kind, quantity, left: quantity })
    declared.splice(place < 0 ? 0 : place, place < 0 ? 0 : 1, fresh)
    return found({ what: place < 0 ? 'declared' : 'changed', declaration: fresh })
  }

  function filesAnswer(method: string, rest: readonly string[]): ShopAnswer {
    if (method === 'POST') {
      files.unshift(doneFile)
      return { status: 202, body: { ...doneFile, status: 'working', rowsDone: 1 } }
    }
    return found(rest[1] === 'rows' ? { rows: [refusedRow] } : { files })
  }

  function enrolment(shopId: string, campaign: string): ShopAnswer {
    const known = standings(shopId, left).find((each) => each.campaign === campaign)
    if (known === undefined || known.status === 'none') return problem(404, 'enrolment/unknown')
    const isRefused = known.status === 'refused'
    return found({
      campaign,
      shopId,
      attempt: 1,
      status: known.status,
      mainCategory: 'clothes',
      identity: isRefused ? null : 'event',
      identities: isRefused ? [] : ['event', 'happy'],
      appliedAt: at('11-01T10:00'),
      toldAt: at('11-10T00:00'),
      approvedAt: isRefused ? null : at('11-10T00:00'),
      endedAt: null,
      placeInList: null,
      decision: {
        at: at('11-10T00:00'),
        outcome: '',
        identities: [],
        policies: '',
        criteria: seen(!isRefused),
      },
      supplements: supplementsOf(campaign === 'year-end' ? everything : done),
      appealUntil: isRefused ? at('11-13T00:00') : null,
      appeal: null,
    })
  }
}

function standings(shopId: string, left: ReadonlySet<string>) {
  return Object.entries(campaigns).map(([campaign, { title: named, phases, toDo, status }]) => {
    const stands = status[shopId === 'lily' ? 'lily' : 'lily-home']
    const isOut = campaign === 'new-year' && left.has(shopId)
    return {
      campaign,
      policy: `campaign:${campaign}@1`,
      title: named,
      placements: [],
      status: isOut ? 'left' : stands,
      identity: null,
      toDo: stands === 'shortlisted' || (stands === 'approved' && !isOut) ? toDo : [],
      timeline: {
        at: at('11-11T10:23'),
        open: [],
        next: [],
        phases,
      },
    }
  })
}

function ceilingsOf(query: URLSearchParams): object {
  const [sku, kind] = [query.get('sku') ?? '', query.get('kind') ?? 'spot']
  return { policies: 'price@1', ceilings: [ceiling(sku, kind)] }
}

function found(body: object): ShopAnswer {
  return { status: 200, body }
}

function problem(status: number, code: string, more: object = {}): ShopAnswer {
  return { status, body: { type: 'about:blank', status, code, title: 'Not so.', ...more } }
}
