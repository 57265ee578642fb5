import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { ScoreParts } from '#web/member/club/score/score-parts.tsx'
import { scoresQuery, type Score } from '#web/member/club/score/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './score-card.module.css'

/** The score of the latest month, what it is the sum of, and the way to its explanation. */
export function ScoreCard() {
  const { t } = useWords()
  const scores = useQuery(scoresQuery(useMemberId()))
  return (
    <section className={card.card} aria-labelledby="score">
      <h2 id="score" className={card.title}>
        {t('score.title')}
      </h2>
      {scores.isError && <Fault error={scores.error} retry={() => void scores.refetch()} />}
      {scores.isPending && <Skeleton height={9} />}
      {scores.data !== undefined && <Latest score={scores.data[0]} />}
    </section>
  )
}

function Latest({ score }: { readonly score: Score | undefined }) {
  const { t } = useWords()
  const format = useFormat()
  if (score === undefined) return <p className={card.words}>{t('score.none')}</p>
  return (
    <>
      <div>
        <p className={styles.figure}>
          <span className={card.figure}>{format.amount(score.score, '')}</span>
          <ScoreDelta delta={score.delta} />
        </p>
        <p className={card.words}>{t('score.of', { month: format.month(score.month) })}</p>
      </div>
      <ScoreParts parts={score.parts} score={score.score} />
      <Link to="/member/club/scores/$month" params={{ month: score.month }} className={card.link}>
        {t('score.why')}
        <Icon name="chevron" />
      </Link>
    </>
  )
}

/** How much more or less than the month before. */
export function ScoreDelta({ delta }: { readonly delta: number | undefined }) {
  const { t } = useWords()
  const format = useFormat()
  if (delta === undefined) return null
  const look = delta > 0 ? card.gain : ''
  return (
    <span className={`${card.mark} ${look}`}>
      {delta === 0 ? t('score.same') : t('score.delta', { change: format.change(delta, '') })}
    </span>
  )
}
