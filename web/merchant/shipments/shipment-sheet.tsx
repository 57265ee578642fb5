import { useQuery } from '@tanstack/react-query'
import { Fact } from '#web/kit/fact.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Sheet } from '#web/kit/sheet.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { shipmentQuery } from '#web/merchant/shipments/resources.ts'
import { ShipmentStatus } from '#web/merchant/shipments/shipment-row.tsx'
import type { Compensation, Shipment } from '#web/member/delivery/resources.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'

type ShipmentSheetProps = { readonly shipment: Shipment; readonly onClosed: () => void }

/** One shipment: what set its limit, what happened, and what being late cost. */
export function ShipmentSheet({ shipment, onClosed }: ShipmentSheetProps) {
  const { t } = useWords()
  const one = useQuery(shipmentQuery(useShopId(), shipment))
  return (
    <Sheet title={t('shipments.order', { id: shipment.orderId })} onClosed={onClosed}>
      {one.isError && <Fault error={one.error} retry={() => void one.refetch()} />}
      {one.isPending && <Skeleton height={12} />}
      {one.data !== undefined && (
        <div className={parts.sheet}>
          <Stands shipment={one.data.shipment} />
          <Times shipment={one.data.shipment} />
          <Limits shipment={one.data.shipment} />
          {one.data.compensations.map((each) => (
            <Paid key={each.ref} compensation={each} />
          ))}
        </div>
      )}
    </Sheet>
  )
}

function Stands({ shipment }: { readonly shipment: Shipment }) {
  const { word } = useWords()
  const { status, toDo, cause, excuse, shipBy, traceBy } = shipment
  const by = toDo === 'trace' ? traceBy : shipBy
  return (
    <div className={parts.head}>
      <ShipmentStatus status={status} />
      {toDo !== undefined && by !== undefined && <Countdown before={by} />}
      {cause !== undefined && <p className={parts.fault}>{word('lateCauses', cause)}</p>}
      {excuse !== undefined && <p className={card.words}>{word('lateExcuses', excuse)}</p>}
    </div>
  )
}

function Times({ shipment }: { readonly shipment: Shipment }) {
  const { t } = useWords()
  const format = useFormat()
  const times = (
    [
      'paidAt',
      'shipBy',
      'traceBy',
      'shippedAt',
      'collectedAt',
      'lateSince',
      'complainedAt',
    ] as const
  ).flatMap((name) => {
    const at = shipment[name]
    return at === undefined ? [] : [{ name, at }]
  })
  return (
    <dl className={parts.facts}>
      <Fact name={t('shipments.trade')}>{shipment.tradeId}</Fact>
      <Fact name={t('shipments.member')}>{shipment.memberId}</Fact>
      {times.map(({ name, at }) => (
        <Fact key={name} name={t(`shipmentTimes.${name}`)}>
          {format.exactTime(at)}
        </Fact>
      ))}
    </dl>
  )
}

function Limits({ shipment }: { readonly shipment: Shipment }) {
  const { t, word } = useWords()
  const format = useFormat()
  const titleOf = useTitleOf()
  return (
    <section className={parts.part} aria-labelledby="limits">
      <h3 id="limits" className={parts.subtitle}>
        {t('shipments.limits')}
      </h3>
      <ul className={card.list}>
        {shipment.lines.map(({ line, category, shipBy, why }) => (
          <li key={line}>
            <p className={card.pair}>
              <span>{t('shipments.line', { line, category: word('categories', category) })}</span>
              <span>
                {shipBy === undefined ? t('shipments.noLimit') : format.shortTime(shipBy)}
              </span>
            </p>
            <p className={card.words}>{titleOf(why.title, word('limitSets', why.set))}</p>
          </li>
        ))}
      </ul>
      <p className={card.words}>{t('shipments.policies', { policies: shipment.policies })}</p>
    </section>
  )
}

function Paid({ compensation }: { readonly compensation: Compensation }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { ref, status, compensationFen, points, priceFen, byComplaint, paidAt, takenBackAt } =
    compensation
  return (
    <section className={parts.part} aria-labelledby={`paid-${ref}`}>
      <div className={card.pair}>
        <h3 id={`paid-${ref}`} className={parts.subtitle}>
          {t('shipments.compensation')}
        </h3>
        <span>{format.money(compensationFen)}</span>
      </div>
      <dl className={parts.facts}>
        <Fact name={t('shipments.state')}>{word('compensationStatuses', status)}</Fact>
        <Fact name={t('shipments.asPoints')}>{format.amount(points, 'points')}</Fact>
        <Fact name={t('shipments.ofPrice')}>{format.money(priceFen)}</Fact>
        <Fact name={t('shipments.opened')}>
          {t(byComplaint ? 'shipments.byComplaint' : 'shipments.byItself')}
        </Fact>
        <Fact name={t('shipments.paidAt')}>{format.exactTime(paidAt)}</Fact>
        {takenBackAt !== undefined && (
          <Fact name={t('shipments.takenBackAt')}>{format.exactTime(takenBackAt)}</Fact>
        )}
      </dl>
    </section>
  )
}
