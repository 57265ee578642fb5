import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import type { Shipment } from '#web/member/delivery/resources.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'

type ShipmentRowProps = {
  readonly shipment: Shipment
  readonly open: (shipment: Shipment) => void
}

/** One order to ship: what is to be done, and how much time is left. */
export function ShipmentRow({ shipment, open }: ShipmentRowProps) {
  const { t, word } = useWords()
  const format = useFormat()
  const { orderId, status, cause, toDo, shipBy, traceBy, paidAt, lateSince } = shipment
  const by = toDo === 'trace' ? traceBy : shipBy
  const words = [
    ...(toDo === undefined ? [] : [word('shipmentToDos', toDo)]),
    ...(cause === undefined ? [] : [word('lateCauses', cause)]),
    lateSince === undefined
      ? t('shipments.paid', { at: format.shortTime(paidAt) })
      : t('shipments.lateSince', { at: format.shortTime(lateSince) }),
  ]
  return (
    <button type="button" className={parts.row} onClick={() => open(shipment)}>
      <span className={parts.head}>
        <span className={parts.name}>{t('shipments.order', { id: orderId })}</span>
        {toDo !== undefined && by !== undefined ? (
          <Countdown before={by} />
        ) : (
          <ShipmentStatus status={status} />
        )}
      </span>
      <span className={card.words}>{words.join(' · ')}</span>
    </button>
  )
}

const looks: Readonly<Record<string, string | undefined>> = {
  inTime: card.gain,
  late: card.due,
  waiting: card.wait,
}

/** How a shipment stands. */
export function ShipmentStatus({ status }: { readonly status: string }) {
  const { word } = useWords()
  return (
    <span className={`${card.mark} ${looks[status] ?? ''}`}>
      {word('shipmentStatuses', status)}
    </span>
  )
}
