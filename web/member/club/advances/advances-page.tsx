import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { Bar } from '#web/member/club/bar.tsx'
import { AdvanceCard } from '#web/member/club/advances/advance-card.tsx'
import { advancesQuery, type AdvanceLimit } from '#web/member/club/advances/resources.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './advances-page.module.css'

/** Instant refund: the limit, what of it is outstanding, and each advance with its state. */
export function AdvancesPage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('advances.title')}>
      <Shown />
    </ClubFrame>
  )
}

function Shown() {
  const { t } = useWords()
  const advances = useQuery(advancesQuery(useMemberId()))
  if (advances.isError) {
    return <Fault error={advances.error} retry={() => void advances.refetch()} />
  }
  if (advances.data === undefined) return <EntriesSkeleton />
  return (
    <div className={card.columns}>
      <Limit limit={advances.data.limit} />
      <section className={card.column} aria-labelledby="advances">
        <h2 id="advances" className={card.title}>
          {t('advances.list')}
        </h2>
        {advances.data.advances.length === 0 ? (
          <p className={card.words}>{t('advances.none')}</p>
        ) : (
          <ol className={card.column}>
            {advances.data.advances.map((advance) => (
              <li key={advance.returnId}>
                <AdvanceCard advance={advance} />
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  )
}

function Limit({ limit }: { readonly limit: AdvanceLimit }) {
  const { t } = useWords()
  const format = useFormat()
  const { fullLimitFen, limitFen, outstandingFen, leftFen, unpaid, isBlocked } = limit
  return (
    <section className={card.card} aria-labelledby="limit">
      <h2 id="limit" className={card.title}>
        {t('advances.limit')}
      </h2>
      {fullLimitFen === 0 ? (
        <p>{t('advances.noLimit')}</p>
      ) : (
        <>
          <div>
            <p className={card.figure}>{format.money(leftFen)}</p>
            <p className={card.words}>{t('advances.left')}</p>
          </div>
          <Bar part={outstandingFen} of={limitFen} />
          <dl className={styles.sums}>
            <Sum name={t('advances.outstanding')} fen={outstandingFen} />
            <Sum name={t('advances.most')} fen={limitFen} />
            {limitFen < fullLimitFen && <Sum name={t('advances.full')} fen={fullLimitFen} />}
          </dl>
        </>
      )}
      {unpaid > 0 && <p className={styles.unpaid}>{t('advances.unpaid', { count: unpaid })}</p>}
      {isBlocked && <p className={styles.unpaid}>{t('advances.blocked')}</p>}
      <p className={card.words}>{t('advances.text')}</p>
    </section>
  )
}

function Sum({ name, fen }: { readonly name: string; readonly fen: number }) {
  const format = useFormat()
  return (
    <div className={card.pair}>
      <dt>{name}</dt>
      <dd>{format.money(fen)}</dd>
    </div>
  )
}
