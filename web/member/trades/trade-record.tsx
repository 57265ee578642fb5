import { useWords } from '#web/i18n/words.ts'
import type { Trade } from '#web/member/trades/resources.ts'
import card from './trade-card.module.css'
import styles from './trade-record.module.css'

/** By which versions of the rules it was priced, and the names under which it is kept. */
export function TradeRecord({ trade }: { readonly trade: Trade }) {
  const { t } = useWords()
  const facts = {
    orders: trade.orders.map(({ orderId }) => orderId).join(', '),
    rules: trade.quote.policies.join(', '),
    digest: trade.digest,
  } as const
  return (
    <section className={card.card} aria-labelledby="record">
      <h2 id="record" className={card.title}>
        {t('proof.title')}
      </h2>
      <dl className={styles.facts}>
        {(['orders', 'rules', 'digest'] as const).map((name) => (
          <div key={name} className={styles.fact}>
            <dt className={styles.name}>{t(`proof.${name}`)}</dt>
            <dd className={styles.value}>{facts[name]}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
