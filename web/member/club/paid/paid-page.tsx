import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Bar } from '#web/member/club/bar.tsx'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { PaidGives } from '#web/member/club/paid/paid-gives.tsx'
import { paidQuery, type Paid } from '#web/member/club/paid/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './paid-page.module.css'

/** Paid membership: its price and why, until when it runs, what it saved, and what it gives. */
export function PaidPage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('paid.title')}>
      <Shown />
    </ClubFrame>
  )
}

function Shown() {
  const { t } = useWords()
  const paid = useQuery(paidQuery(useMemberId()))
  if (paid.isError) return <Fault error={paid.error} retry={() => void paid.refetch()} />
  if (paid.data === undefined) return <EntriesSkeleton />
  if (paid.data === null) return <Notice icon="lock" title={t('paid.none')} />
  return (
    <div className={card.columns}>
      <div className={card.column}>
        <Standing paid={paid.data} />
        <Saved paid={paid.data} />
      </div>
      <div className={card.column}>
        <PaidGives paid={paid.data} />
        <Years paid={paid.data} />
      </div>
    </div>
  )
}

type PaidProps = { readonly paid: Paid }

function Standing({ paid }: PaidProps) {
  const { t } = useWords()
  const format = useFormat()
  const { paidMember, until, next } = paid
  const score = format.amount(next.score, '')
  const reason =
    next.scoreFrom === undefined
      ? t('paid.whyAll', { score })
      : t('paid.why', { score, from: format.amount(next.scoreFrom, '') })
  return (
    <section className={`${card.card} ${paidMember ? styles.runs : ''}`} aria-labelledby="paid">
      <h2 id="paid" className={card.title}>
        {t(paidMember ? 'paid.runs' : 'paid.not')}
      </h2>
      {until !== undefined && (
        <p className={styles.until}>{t('paid.until', { time: format.time(until) })}</p>
      )}
      <div>
        <p className={card.label}>{t(paidMember ? 'paid.renewal' : 'paid.price')}</p>
        <p className={card.figure}>{format.money(next.priceFen)}</p>
        <p className={card.words}>{reason}</p>
      </div>
      {(next.mayBuy || next.renewableFrom !== undefined) && (
        <p className={styles.how}>
          {next.renewableFrom === undefined
            ? t('paid.mayBuy')
            : t('paid.renewable', { time: format.time(next.renewableFrom) })}
        </p>
      )}
    </section>
  )
}

function Saved({ paid: { saved, caps, paidMember } }: PaidProps) {
  const { t, word } = useWords()
  const format = useFormat()
  if (!paidMember && saved.yearFen === 0) return null
  return (
    <section className={card.card} aria-labelledby="saved">
      <h2 id="saved" className={card.title}>
        {t('paid.saved')}
      </h2>
      {caps.map(({ cap, period, capFen, savedFen, leftFen }) => (
        <div key={cap} className={styles.cap}>
          <p className={card.pair}>
            <span>{t('paid.cap', { period: word('capPeriods', period) })}</span>
            <span>
              {format.money(savedFen)} / {format.money(capFen)}
            </span>
          </p>
          <Bar part={savedFen} of={capFen} />
          <p className={card.words}>{t('paid.left', { amount: format.money(leftFen) })}</p>
        </div>
      ))}
      <dl className={styles.sums}>
        {(['monthFen', 'yearFen', 'membershipFen'] as const).map((part) => (
          <div key={part} className={card.pair}>
            <dt>{t(`paid.${part}`)}</dt>
            <dd>{format.money(saved[part])}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Years({ paid: { years } }: PaidProps) {
  const { t, word } = useWords()
  const format = useFormat()
  if (years.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="years">
      <h2 id="years" className={card.title}>
        {t('paid.years')}
      </h2>
      <ol className={card.list}>
        {years.toReversed().map(({ number, priceFen, from, to, status }) => (
          <li key={number} className={styles.year}>
            <p className={card.pair}>
              <span>{t('paid.year', { from: format.dayOf(from), to: format.dayOf(to) })}</span>
              <span>{format.money(priceFen)}</span>
            </p>
            <p className={card.words}>{word('paidStatuses', status)}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}
