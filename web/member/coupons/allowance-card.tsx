import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { useConditions } from '#web/member/coupons/conditions.ts'
import { lotsQuery, type Lot } from '#web/member/coupons/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import styles from './money-card.module.css'

/** The shopping allowance: what is there, what of it is reserved, and until when it can be used. */
export function AllowanceCard() {
  const { t } = useWords()
  const lots = useQuery(lotsQuery(useMemberId(), 'allowance'))
  return (
    <section className={styles.card} aria-labelledby="allowance">
      <h2 id="allowance" className={styles.title}>
        {t('allowance.title')}
      </h2>
      {lots.isError && <Fault error={lots.error} retry={() => void lots.refetch()} />}
      {lots.isPending && <Skeleton width={9} height={3} />}
      {lots.data !== undefined && <Allowance lots={lots.data} />}
    </section>
  )
}

function Allowance({ lots }: { readonly lots: readonly Lot[] }) {
  const { t } = useWords()
  const format = useFormat()
  const { untilOf } = useConditions()
  if (lots.length === 0) return <p className={styles.words}>{t('allowance.none')}</p>

  const there = lots.filter((lot) => lot.available > 0)
  const sum = (part: 'available' | 'held' | 'pending'): number =>
    lots.reduce((total, lot) => total + lot[part], 0)
  return (
    <>
      <p className={styles.figure}>{format.money(sum('available'))}</p>
      <p className={styles.words}>{t('allowance.text')}</p>
      <ul className={styles.list}>
        {there.map((lot) => (
          <li key={lot.lotId} className={styles.item}>
            <span>{untilOf(lot.expiresAt)}</span>
            <span className={styles.amount}>{format.money(lot.available)}</span>
          </li>
        ))}
      </ul>
      {(['held', 'pending'] as const)
        .filter((part) => sum(part) > 0)
        .map((part) => (
          <p key={part} className={styles.words}>
            {t(`allowance.${part}`, { amount: format.money(sum(part)) })}
          </p>
        ))}
    </>
  )
}
