import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { AskSheet } from '#web/member/returns/ask-sheet.tsx'
import { useLeftText } from '#web/member/returns/left-text.ts'
import { RequestStatus } from '#web/member/returns/request-facts.tsx'
import { RequestSheet } from '#web/member/returns/request-sheet.tsx'
import {
  requestsQuery,
  timesQuery,
  type ReturnRequest,
  type RunningTime,
} from '#web/member/returns/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import type { Order, Trade } from '#web/member/trades/resources.ts'
import words from '#web/member/club/card.module.css'
import card from '#web/member/trades/trade-card.module.css'
import styles from './trade-returns.module.css'

/** What runs for a trade, what was asked back of it, and the way to ask. */
export function TradeReturns({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const memberId = useMemberId()
  const times = useQuery(timesQuery(memberId, trade.tradeId))
  const requests = useQuery(requestsQuery(memberId))
  const [isAsking, setAsking] = useState(false)
  const [opened, setOpened] = useState<ReturnRequest>()
  const orders = new Set(trade.orders.map(({ orderId }) => orderId))
  const ofTrade = requests.data?.filter(({ orderId }) => orders.has(orderId)) ?? []
  const running = times.data?.orders.flatMap((order) => order.timeouts) ?? []
  const open = trade.orders.filter(mayBeAsked)
  if (times.data === null || (ofTrade.length === 0 && running.length === 0 && open.length === 0)) {
    return null
  }
  return (
    <section className={card.card} aria-labelledby="returns">
      <div className={styles.head}>
        <h2 id="returns" className={styles.title}>
          {t('asked.title')}
        </h2>
        {open.length > 0 && <Button onClick={() => setAsking(true)}>{t('asked.ask')}</Button>}
      </div>
      <Running times={running.filter(({ returnId }) => returnId === undefined)} />
      {ofTrade.length > 0 && (
        <ul className={words.list}>
          {ofTrade.map((request) => (
            <li key={request.returnId}>
              <Row request={request} open={setOpened} />
            </li>
          ))}
        </ul>
      )}
      {isAsking && <AskSheet trade={trade} orders={open} onClosed={() => setAsking(false)} />}
      {opened !== undefined && (
        <RequestSheet request={opened} onClosed={() => setOpened(undefined)} />
      )}
    </section>
  )
}

function mayBeAsked({ paidAt, closedAt }: Order): boolean {
  return paidAt !== undefined && closedAt === undefined
}

/** What is to be done by when, and what happens at the end of the time. */
function Running({ times }: { readonly times: readonly RunningTime[] }) {
  const { t, word } = useWords()
  const format = useFormat()
  const leftText = useLeftText()
  if (times.length === 0) return null
  return (
    <ul className={styles.times}>
      {times.map(({ what, dueAt, leftSeconds, lapse, pausedAt }, n) => (
        <li key={n} className={styles.time}>
          <p className={card.pair}>
            <span>{word('runningTimes', what)}</span>
            <span className={words.mark}>
              {pausedAt === undefined ? leftText(leftSeconds) : t('left.paused')}
            </span>
          </p>
          <p className={card.words}>
            {[t('asked.until', { at: format.time(dueAt) }), word('askedLapses', lapse)].join(' · ')}
          </p>
        </li>
      ))}
    </ul>
  )
}

type RowProps = {
  readonly request: ReturnRequest
  readonly open: (request: ReturnRequest) => void
}

function Row({ request, open }: RowProps) {
  const { t, word } = useWords()
  const format = useFormat()
  const { kind, amountFen, waitsFor, askedAt } = request
  return (
    <button type="button" className={styles.row} onClick={() => open(request)}>
      <span className={styles.head}>
        <span className={card.strong}>
          {word('askedKinds', kind)} · {format.money(amountFen)}
        </span>
        <RequestStatus request={request} />
      </span>
      <span className={card.words}>
        {waitsFor === undefined
          ? format.time(askedAt)
          : [
              word('askedWaits', waitsFor.what),
              t('asked.until', { at: format.time(waitsFor.dueAt) }),
            ].join(' · ')}
      </span>
    </button>
  )
}
