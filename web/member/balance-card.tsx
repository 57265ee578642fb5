import { useQuery } from '@tanstack/react-query'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { marketQuery, type Wallet } from '#web/member/resources.ts'
import styles from './balance-card.module.css'

/** What can be spent, large; then what else there is, each explained in words. */
export function BalanceCard({ wallet }: { readonly wallet: Wallet }) {
  const { t, word } = useWords()
  const format = useFormat()
  const isVirtual = useQuery(marketQuery).data?.clock === 'virtual'
  const unit = word('units', wallet.unit)
  const parts = (['pending', 'held', 'debt'] as const).filter((part) => wallet[part] > 0)
  return (
    <section className={styles.card} aria-labelledby="balance">
      <h2 id="balance" className={styles.label}>
        {t('balance.available', { unit })}
      </h2>
      <p className={styles.available}>{format.amount(wallet.available, wallet.unit)}</p>
      <dl className={styles.parts}>
        <div className={styles.part}>
          <dt>{t('balance.total.name')}</dt>
          <dd className={styles.amount}>{format.amount(wallet.total, wallet.unit)}</dd>
        </div>
        {parts.map((part) => (
          <div key={part} className={styles.part}>
            <dt>
              <span className={`${styles.dot} ${styles[part]}`} aria-hidden="true" />
              {t(`balance.${part}.name`)}
            </dt>
            <dd className={styles.amount}>{format.amount(wallet[part], wallet.unit)}</dd>
            <dd className={styles.words}>{t(`balance.${part}.text`, { unit })}</dd>
          </div>
        ))}
      </dl>
      {wallet.status === 'sealed' && <p className={styles.words}>{t('balance.sealed')}</p>}
      <p className={styles.asOf}>
        {t(isVirtual ? 'balance.asOfDemo' : 'balance.asOf', { time: format.time(wallet.asOf) })}
      </p>
    </section>
  )
}
