import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import {
  orderShipmentQuery,
  ShipmentWithCostSchema,
  type Compensation,
  type Shipment,
} from '#web/member/delivery/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import type { Trade } from '#web/member/trades/resources.ts'
import words from '#web/member/club/card.module.css'
import card from '#web/member/trades/trade-card.module.css'
import styles from './trade-delivery.module.css'

/** Until when each shop of a trade ships, and what it paid for being late. */
export function TradeDelivery({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const memberId = useMemberId()
  const orders = trade.orders.filter(({ paidAt }) => paidAt !== undefined)
  const shipments = useQueries({
    queries: orders.map(({ orderId }) => orderShipmentQuery(memberId, orderId)),
  })
  const known = shipments.flatMap(({ data }, n) => {
    const order = orders[n]
    return data === undefined || data === null || order === undefined
      ? []
      : [{ ...data, shop: order.shop }]
  })
  if (known.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="delivery">
      <h2 id="delivery" className={card.title}>
        {t('delivery.title')}
      </h2>
      <ul className={words.list}>
        {known.map(({ shop, shipment, compensations }) => (
          <li key={shipment.orderId} className={styles.order}>
            <Stands shop={shop} shipment={shipment} />
            {compensations.map((each) => (
              <Paid key={each.ref} compensation={each} />
            ))}
            {shipment.status === 'late' && compensations.length === 0 && (
              <Complain shipment={shipment} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Stands({ shop, shipment }: { readonly shop: string; readonly shipment: Shipment }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { status, cause, shipBy, shippedAt } = shipment
  const look = status === 'late' ? words.due : status === 'inTime' ? words.gain : ''
  return (
    <>
      <p className={card.pair}>
        <span className={card.strong}>{shop}</span>
        <span className={`${words.mark} ${look}`}>{word('shipmentStatuses', status)}</span>
      </p>
      <p className={card.words}>
        {[
          ...(shipBy === undefined ? [] : [t('delivery.by', { at: format.time(shipBy) })]),
          ...(shippedAt === undefined
            ? []
            : [t('delivery.shipped', { at: format.time(shippedAt) })]),
          ...(cause === undefined ? [] : [word('lateCauses', cause)]),
        ].join(' · ')}
      </p>
    </>
  )
}

function Paid({ compensation }: { readonly compensation: Compensation }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { status, compensationFen, points, paidAt } = compensation
  return (
    <div className={styles.paid}>
      <p className={card.pair}>
        <span>{t('delivery.compensated')}</span>
        <span className={card.strong}>{format.change(points, 'points')}</span>
      </p>
      <p className={card.words}>
        {[
          t('delivery.worth', { amount: format.money(compensationFen) }),
          word('compensationStatuses', status),
          format.time(paidAt),
        ].join(' · ')}
      </p>
    </div>
  )
}

/** Says that an order was shipped late; what is due for that is paid at once. */
function Complain({ shipment: { orderId } }: { readonly shipment: Shipment }) {
  const { t } = useWords()
  const problemText = useProblemText()
  const memberId = useMemberId()
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  const complaining = useMutation({
    mutationFn: async () => {
      const path = memberPath(memberId, 'orders', orderId, 'late-complaints')
      return await postOnce(path, ShipmentWithCostSchema, { key })
    },
    onSuccess: async () => await queries.invalidateQueries(),
  })
  return (
    <div className={styles.complain}>
      {complaining.isError && (
        <p className={styles.fault} role="alert">
          {problemText(complaining.error)}
        </p>
      )}
      {complaining.isSuccess ? (
        <p className={card.words}>{t('delivery.complained')}</p>
      ) : (
        <Button disabled={complaining.isPending} onClick={() => complaining.mutate()}>
          {t('delivery.complain')}
        </Button>
      )}
    </div>
  )
}
