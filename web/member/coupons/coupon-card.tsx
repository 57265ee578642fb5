import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/kit/format-context.ts'
import { daysUntil } from '#web/kit/format.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { useConditions } from '#web/member/coupons/conditions.ts'
import type { Coupon } from '#web/member/coupons/resources.ts'
import { marketQuery } from '#web/member/resources.ts'
import styles from './coupon-card.module.css'

type CouponCardProps = { readonly coupon: Coupon; readonly isUsable: boolean }

/** One coupon: what it takes off, from which amount, where and until when; and the trade it is in. */
export function CouponCard({ coupon, isUsable }: CouponCardProps) {
  const { t, word, language } = useWords()
  const { untilOf, whereOf } = useConditions()
  const { terms, status, tradeId } = coupon
  return (
    <article className={`${styles.coupon} ${isUsable ? '' : styles.over}`}>
      <div className={styles.face}>
        <Off coupon={coupon} />
      </div>
      <div className={styles.words}>
        <h3 className={styles.name}>{coupon.title[asLanguage(language)] ?? coupon.couponId}</h3>
        <p>{[word('couponKinds', terms.kind), ...whereOf(terms.target)].join(' · ')}</p>
        <Only coupon={coupon} />
        <p>{isUsable ? <Window coupon={coupon} /> : untilOf(coupon.expiresAt)}</p>
        {status !== 'open' && (
          <p className={styles.status}>
            {word('couponStatuses', status)}
            {tradeId !== undefined && (
              <Link to="/member/trades/$tradeId" params={{ tradeId }} className={styles.trade}>
                {t('coupons.of', { trade: tradeId })}
              </Link>
            )}
          </p>
        )}
      </div>
    </article>
  )
}

/** The figure, and the amount that it needs. */
function Off({ coupon: { terms } }: { readonly coupon: Coupon }) {
  const { t } = useWords()
  const format = useFormat()
  const { off, percent, threshold, minUnits, maxOff } = terms
  return (
    <>
      <p className={styles.off}>
        {off === undefined ? `\u2212${percent ?? 0}%` : format.money(off)}
      </p>
      <p className={styles.threshold}>
        {threshold === undefined
          ? t('coupons.noThreshold')
          : t('coupons.threshold', { amount: format.money(threshold) })}
      </p>
      {minUnits !== undefined && (
        <p className={styles.threshold}>{t('coupons.units', { count: minUnits })}</p>
      )}
      {maxOff !== undefined && (
        <p className={styles.threshold}>{t('coupons.most', { amount: format.money(maxOff) })}</p>
      )}
    </>
  )
}

/** For whom and through what alone. */
function Only({ coupon: { terms } }: { readonly coupon: Coupon }) {
  const { t } = useWords()
  const { listOf } = useConditions()
  const { channel, tiers } = terms
  const only = [
    ...(channel === undefined ? [] : [t('target.channel', { channel })]),
    ...(tiers === undefined ? [] : [t('target.tiers', { list: listOf(tiers) })]),
  ]
  return only.length === 0 ? null : <p>{only.join(' · ')}</p>
}

/** From when, where that is still to come, and until when. */
function Window({ coupon: { usableFrom, expiresAt } }: { readonly coupon: Coupon }) {
  const { t } = useWords()
  const format = useFormat()
  const { untilOf } = useConditions()
  const market = useQuery(marketQuery)
  const isToCome = market.data !== undefined && daysUntil(usableFrom, market.data.now) > 0
  const from = isToCome ? [t('valid.from', { time: format.time(usableFrom) })] : []
  return [...from, untilOf(expiresAt)].join(' · ')
}
