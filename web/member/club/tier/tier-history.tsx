import { useQuery } from '@tanstack/react-query'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { tierChangesQuery, type TierChange } from '#web/member/club/tier/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './tier-history.module.css'

/** Every change of the tier with what caused it, the latest first. */
export function TierHistory() {
  const { t } = useWords()
  const changes = useQuery(tierChangesQuery(useMemberId()))
  if (changes.data === undefined || changes.data.length === 0) return null
  return (
    <section className={card.card} aria-labelledby="tier-history">
      <h2 id="tier-history" className={card.title}>
        {t('tier.history')}
      </h2>
      <ol className={card.list}>
        {changes.data.map((change) => (
          <li key={change.number} className={styles.change}>
            <Change change={change} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Change({ change: { at, from, to, cause } }: { readonly change: TierChange }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { tierTitle } = useTitles()
  const nameOf = (tier: string | undefined): string =>
    tier === undefined ? t('tier.none') : tierTitle(tier)
  const { type, score, previousScore } = cause
  const figures =
    score === undefined || previousScore === undefined
      ? []
      : [
          t('tier.figures', {
            from: format.amount(previousScore, ''),
            to: format.amount(score, ''),
          }),
        ]
  return (
    <>
      <p className={styles.names}>
        {from === undefined ? nameOf(to) : t('tier.change', { from: nameOf(from), to: nameOf(to) })}
      </p>
      <p className={card.words}>
        {[format.dayOf(at), word('tierCauses', type), ...figures].join(' · ')}
      </p>
    </>
  )
}
