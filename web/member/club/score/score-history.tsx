import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { Bar } from '#web/member/club/bar.tsx'
import { scoresQuery, type Score } from '#web/member/club/score/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './score-history.module.css'

/** The score month by month, the latest first; every month leads to its explanation. */
export function ScoreHistory() {
  const { t } = useWords()
  const scores = useQuery(scoresQuery(useMemberId()))
  if (scores.data === undefined || scores.data.length < 2) return null
  const most = Math.max(...scores.data.map((each) => each.score))
  return (
    <section className={card.card} aria-labelledby="score-history">
      <h2 id="score-history" className={card.title}>
        {t('score.history')}
      </h2>
      <ol>
        {scores.data.map((score) => (
          <li key={score.month}>
            <MonthRow score={score} most={most} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function MonthRow({ score, most }: { readonly score: Score; readonly most: number }) {
  const format = useFormat()
  const { month, delta } = score
  return (
    <Link to="/member/club/scores/$month" params={{ month }} className={styles.row}>
      <span className={styles.month}>{format.month(month)}</span>
      <span className={styles.bar}>
        <Bar part={score.score} of={most} look="quiet" />
      </span>
      <span className={styles.score}>{format.amount(score.score, '')}</span>
      <span className={delta !== undefined && delta > 0 ? styles.gain : styles.delta}>
        {delta === undefined ? '' : format.change(delta, '')}
      </span>
    </Link>
  )
}
