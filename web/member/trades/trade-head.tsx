import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { payLabel } from '#web/member/trades/pay-label.ts'
import type { Trade } from '#web/member/trades/resources.ts'
import { TradeStatus } from '#web/member/trades/trade-status.tsx'
import card from './trade-card.module.css'
import styles from './trade-head.module.css'

/** Which trade it is, how far it is, what is or was to pay, and when. */
export function TradeHead({ trade }: { readonly trade: Trade }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { status, closeReason } = trade
  const times = {
    placed: trade.placedAt,
    payBy: status === 'placed' ? trade.payBy : undefined,
    paid: trade.paidAt,
    closed: trade.closedAt,
  } as const
  return (
    <header className={card.card}>
      <div className={styles.top}>
        <h1 className={styles.title}>{t('trade.title', { trade: trade.tradeId })}</h1>
        <TradeStatus status={status} />
      </div>
      <p className={styles.label}>{t(`trade.${payLabel(trade)}`)}</p>
      <p className={styles.pay}>{format.money(trade.payFen)}</p>
      <dl className={styles.times}>
        {(['placed', 'payBy', 'paid', 'closed'] as const).map((name) => {
          const time = times[name]
          if (time === undefined) return null
          return (
            <div key={name} className={card.pair}>
              <dt>{t(`trade.${name}`)}</dt>
              <dd>{format.time(time)}</dd>
            </div>
          )
        })}
      </dl>
      {closeReason !== undefined && (
        <p className={card.words}>{word('closeReasons', closeReason)}</p>
      )}
      {trade.kind === 'recorded' && <p className={card.words}>{t('trade.recorded')}</p>}
    </header>
  )
}
