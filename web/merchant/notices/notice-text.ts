import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { ShopNotice } from '#web/merchant/notices/resources.ts'

type Data = ShopNotice['data']

/** The page that a notice is about, where the shop can do something. */
export type Target = 'campaign' | 'declarations' | 'shipments' | 'returns' | 'metrics' | 'tickets'

const targets: readonly (readonly [begins: string, target: Target])[] = [
  ['enrolment.', 'campaign'],
  ['placement.', 'campaign'],
  ['declaration.', 'declarations'],
  ['protection.', 'declarations'],
  ['shipment.', 'shipments'],
  ['compensation.', 'shipments'],
  ['return-request.', 'returns'],
  ['timeout.', 'returns'],
  ['violation.', 'metrics'],
  ['sanction.', 'metrics'],
  ['ticket.', 'tickets'],
]

/** Where a notice leads to; `undefined`: nowhere. */
export function targetOf({ type }: ShopNotice): Target | undefined {
  const name = shortOf(type)
  return targets.find(([begins]) => name.startsWith(begins))?.[1]
}

/** What a notice says, in one sentence of the language of the page. */
export function useNoticeText(): (notice: ShopNotice) => string {
  const { t, word } = useWords()
  const valuesOf = useValues()
  const texts: Readonly<Record<string, string>> = t('shopNotices', {
    returnObjects: true,
    skipInterpolation: true,
  })
  return ({ type, data }) => {
    const name = nameOf(type, data)
    if (!Object.hasOwn(texts, name)) return word('shopNotices', type)
    const values = valuesOf(data)
    return (texts[name] ?? '').replaceAll(/{{(\w+)}}/g, (_, value: string) => values[value] ?? '')
  }
}

/** `jifen.ticket.turned.v1` is told as `ticket.turned`. */
function shortOf(type: string): string {
  return type.replace(/^jifen\./, '').replace(/\.v[0-9]+$/, '')
}

/** Where a notice has two sides, the name of its own. */
function nameOf(type: string, { decision, outcome }: Data): string {
  const name = shortOf(type)
  const side = { 'violation.decided': decision, 'enrolment.appealDecided': outcome }[name]
  return side === undefined ? name : `${name}.${side}`
}

/** What stands in the texts for `{{sku}}` and the others. */
function useValues(): (data: Data) => Readonly<Record<string, string>> {
  const { word } = useWords()
  const format = useFormat()
  return (data) => {
    const until =
      data.dueAt ??
      data.deadline ??
      data.appealUntil ??
      data.barredTo ??
      data.opinionsUntil ??
      data.until ??
      data.by ??
      data.endsAt
    const fen = data.compensationFen ?? data.refundedFen ?? data.fen ?? data.priceFen ?? 0
    return {
      campaign: data.campaign ?? '',
      sku: data.sku ?? '',
      order: data.orderId ?? '',
      venue: data.venue ?? '',
      policy: data.policy ?? '',
      kind: word('violationKinds', data.kind ?? ''),
      asked: word('askedKinds', data.kind ?? ''),
      status: word('askedStatuses', data.outcome ?? data.status ?? ''),
      ticketStatus: word('ticketStatuses', data.status ?? ''),
      what: word('askedWaits', data.what ?? ''),
      toDo: word('shipmentToDos', data.toDo ?? ''),
      points: format.amount(data.points ?? 0, ''),
      threshold: format.amount(data.threshold ?? 0, ''),
      amount: format.money(fen),
      until: until !== undefined && /T/.test(until) ? format.time(until) : '',
    }
  }
}
