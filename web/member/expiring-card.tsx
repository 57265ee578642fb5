import { useFormat } from '#web/kit/format-context.ts'
import { daysUntil } from '#web/kit/format.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Wallet } from '#web/member/resources.ts'
import styles from './expiring-card.module.css'

/** What will expire: soon, with the last day to spend it; then month by month. */
export function ExpiringCard({ wallet }: { readonly wallet: Wallet }) {
  const { t } = useWords()
  if (wallet.expiring.length === 0 && wallet.expiringSoon === undefined) return null
  return (
    <section className={styles.card} aria-labelledby="expiring">
      <h2 id="expiring" className={styles.title}>
        {t('expiring.title')}
      </h2>
      <ExpiringSoon wallet={wallet} />
      <ExpiringByMonth wallet={wallet} />
    </section>
  )
}

function ExpiringSoon({ wallet }: { readonly wallet: Wallet }) {
  const { t, word } = useWords()
  const format = useFormat()
  const unit = word('units', wallet.unit)
  if (wallet.expiringSoon === undefined) {
    return <p className={styles.calm}>{t('expiring.none', { unit })}</p>
  }

  const { amount, before } = wallet.expiringSoon
  const deadline = format.deadline(before)
  return (
    <div className={styles.soon}>
      <p className={styles.amount}>
        {format.amount(amount, wallet.unit)}{' '}
        <span className={styles.unit}>{t('expiring.soon', { unit })}</span>
      </p>
      <p className={styles.deadline}>
        {t(deadline.isDay ? 'expiring.byDay' : 'expiring.before', { deadline: deadline.text })}{' '}
        <span className={styles.daysLeft}>
          {t('expiring.daysLeft', { count: daysUntil(before, wallet.asOf) })}
        </span>
      </p>
    </div>
  )
}

function ExpiringByMonth({ wallet }: { readonly wallet: Wallet }) {
  const { t } = useWords()
  const format = useFormat()
  const isSoon = wallet.expiringSoon !== undefined
  const most = Math.max(...wallet.expiring.map((each) => each.amount))
  return (
    <ol className={styles.months}>
      {wallet.expiring.map(({ month, lastDay, amount }, index) => (
        <li key={month} className={styles.month}>
          <span>
            {format.month(month)}{' '}
            <span className={styles.lastDay}>
              {t('expiring.lastDay', { day: format.shortDay(lastDay) })}
            </span>
          </span>
          <span className={styles.monthAmount}>{format.amount(amount, wallet.unit)}</span>
          <span className={styles.track} aria-hidden="true">
            <span
              className={index === 0 && isSoon ? styles.soonBar : styles.bar}
              style={{ width: `${(amount / most) * 100}%` }}
            />
          </span>
        </li>
      ))}
    </ol>
  )
}
