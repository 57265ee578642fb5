import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { useConditions } from '#web/member/coupons/conditions.ts'
import { lotsQuery, type Lot } from '#web/member/coupons/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import styles from './money-card.module.css'

/** Every red envelope with what is left in it, until when, and for what. */
export function EnvelopesCard() {
  const { t } = useWords()
  const lots = useQuery(lotsQuery(useMemberId(), 'redEnvelope'))
  return (
    <section className={styles.card} aria-labelledby="envelopes">
      <h2 id="envelopes" className={styles.title}>
        {t('envelopes.title')}
      </h2>
      {lots.isError && <Fault error={lots.error} retry={() => void lots.refetch()} />}
      {lots.isPending && <Skeleton height={4} />}
      {lots.data?.length === 0 && <p className={styles.words}>{t('envelopes.none')}</p>}
      {lots.data !== undefined && lots.data.length > 0 && (
        <ul className={styles.list}>
          {lots.data.map((lot) => (
            <li key={lot.lotId} className={styles.item}>
              <Envelope lot={lot} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Envelope({ lot }: { readonly lot: Lot }) {
  const { t, language } = useWords()
  const format = useFormat()
  const { untilOf, whereOf } = useConditions()
  return (
    <>
      <span>{lot.title?.[asLanguage(language)] ?? t('envelopes.one')}</span>
      <span className={styles.amount}>{format.money(lot.available + lot.pending + lot.held)}</span>
      <span className={styles.words}>{whereOf(lot.target).join(' · ')}</span>
      <span className={styles.words}>
        {lot.pending > 0 && `${t('valid.from', { time: format.time(lot.activeAt) })} · `}
        {untilOf(lot.expiresAt)}
      </span>
      {lot.held > 0 && (
        <span className={styles.words}>
          {t('envelopes.held', { amount: format.money(lot.held) })}
        </span>
      )}
    </>
  )
}
