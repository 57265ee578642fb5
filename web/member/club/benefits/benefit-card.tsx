import { Link } from '@tanstack/react-router'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import { isClaimedHere, useBenefitWords } from '#web/member/club/benefits/benefit-words.ts'
import type { Offered, RefundLimit } from '#web/member/club/benefits/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import card from '#web/member/club/card.module.css'
import styles from './benefit-card.module.css'

type BenefitCardProps = { readonly offered: Offered; readonly onClaim: () => void }

/** One benefit: what it gives, what it costs the member, how often, and how to get it. */
export function BenefitCard({ offered, onClaim }: BenefitCardProps) {
  const { t } = useWords()
  const format = useFormat()
  const { titleOf } = useTitles()
  const { givesOf, priceOf, quotaOf } = useBenefitWords()
  const { title, benefit, open, standing, price, terms, granted } = offered
  const isLocked = offered.unlockedBy.length > 0
  return (
    <article className={`${styles.benefit} ${isLocked ? styles.locked : ''}`}>
      <h3 id={`benefit-${benefit}`} className={styles.name}>
        {titleOf(title, benefit)}
      </h3>
      <p className={card.words}>
        {[...(terms.gives === undefined ? [] : [givesOf(terms.gives)]), ...quotaOf(offered)].join(
          ' · ',
        )}
      </p>
      {granted !== undefined && (
        <p className={styles.granted}>{t('benefits.granted', { time: format.time(granted.to) })}</p>
      )}
      {offered.limits !== undefined && <Limits limits={offered.limits} />}
      <div className={styles.foot}>
        {!standing && price !== undefined && <p className={styles.price}>{priceOf(price)}</p>}
        {open ? (
          <Way offered={offered} onClaim={onClaim} />
        ) : isLocked ? (
          <Locked offered={offered} />
        ) : (
          <NotNow offered={offered} />
        )}
      </div>
    </article>
  )
}

/** Up to how much, by what a member is. */
function Limits({ limits }: { readonly limits: readonly RefundLimit[] }) {
  const { limitOf } = useBenefitWords()
  return (
    <ul className={card.words}>
      {limits.map((limit, index) => (
        <li key={index}>{limitOf(limit)}</li>
      ))}
    </ul>
  )
}

/** How an open benefit is had. */
function Way({ offered, onClaim }: BenefitCardProps) {
  const { t } = useWords()
  const { benefit, standing, price } = offered
  if (offered.limits !== undefined) {
    return (
      <Link to="/member/club/advances" className={card.link}>
        {t('benefits.toAdvances')}
        <Icon name="chevron" />
      </Link>
    )
  }
  if (standing) {
    return (
      <p className={styles.stands}>
        <Icon name="check" />
        {t('benefits.standing')}
      </p>
    )
  }
  if (!isClaimedHere(offered)) {
    const isPaid = (price?.moneyFen ?? 0) > 0
    return <p className={card.words}>{t(isPaid ? 'benefits.atCheckout' : 'benefits.byPurchase')}</p>
  }
  const id = `claim-${benefit}`
  return (
    <Button id={id} onClick={onClaim} aria-labelledby={`${id} benefit-${benefit}`}>
      {t(price?.points === 0 ? 'benefits.claim' : 'benefits.redeem')}
    </Button>
  )
}

/** What unlocks it: the ways, the cheapest first. */
function Locked({ offered: { unlockedBy } }: { readonly offered: Offered }) {
  const { t } = useWords()
  const { wayOf } = useBenefitWords()
  return (
    <p className={styles.lock}>
      <Icon name="lock" />
      <span>
        {t('benefits.unlock', { ways: unlockedBy.map(wayOf).join(t('benefits.way.or')) })}
      </span>
    </p>
  )
}

/** Why it cannot be had at present, and when again. */
function NotNow({ offered: { refusal = '', nextAt } }: { readonly offered: Offered }) {
  const { t, word } = useWords()
  const format = useFormat()
  return (
    <p className={card.words}>
      {word('clubProblems', refusal)}
      {nextAt !== undefined && ` ${t('benefits.again', { time: format.time(nextAt) })}`}
    </p>
  )
}
