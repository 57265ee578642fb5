import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { ApiError } from '#web/kit/api.ts'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { scoreQuery, type ExplainedScore } from '#web/member/club/score/resources.ts'
import { ScoreDelta } from '#web/member/club/score/score-card.tsx'
import { ScoreLine } from '#web/member/club/score/score-line.tsx'
import { ScoreParts } from '#web/member/club/score/score-parts.tsx'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './score-card.module.css'

/** Why a score is what it is: rule by rule, from what was recorded with it. */
export function ScorePage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('score.whyTitle')} back={{ to: '/member/club', text: t('club.title') }}>
      <Explained />
    </ClubFrame>
  )
}

function Explained() {
  const { t } = useWords()
  const { month } = getRouteApi('/member/club/scores/$month').useParams()
  const score = useQuery(scoreQuery(useMemberId(), month))
  if (score.error instanceof ApiError && [400, 404].includes(score.error.status)) {
    return <Notice icon="clock" title={t('score.unknown')} />
  }
  if (score.isError) return <Fault error={score.error} retry={() => void score.refetch()} />
  if (score.data === undefined) return <EntriesSkeleton />
  return (
    <div className={card.columns}>
      <Sum score={score.data} />
      <div className={card.column}>
        {(['purchase', 'reward', 'base', 'window'] as const).map((part) => (
          <Part key={part} part={part} score={score.data} />
        ))}
      </div>
    </div>
  )
}

function Sum({ score }: { readonly score: ExplainedScore }) {
  const { t } = useWords()
  const format = useFormat()
  const [from, to] = score.window
  return (
    <section className={card.card} aria-labelledby="sum">
      <h2 id="sum" className={card.title}>
        {t('score.of', { month: format.month(score.month) })}
      </h2>
      <p className={styles.figure}>
        <span className={card.figure}>{format.amount(score.score, '')}</span>
        <ScoreDelta delta={score.delta} />
      </p>
      <ScoreParts parts={score.parts} score={score.score} />
      <p className={card.words}>
        {t('score.window', { from: format.day(from), to: format.day(to) })}
      </p>
      <p className={card.words}>
        {t('score.record', { time: format.time(score.scoredAt), policy: score.policy })}
      </p>
    </section>
  )
}

type PartProps = {
  readonly part: 'purchase' | 'reward' | 'base' | 'window'
  readonly score: ExplainedScore
}

function Part({ part, score }: PartProps) {
  const { word } = useWords()
  const format = useFormat()
  const lines = score.why.filter((line) => line.part === part)
  if (lines.length === 0) return null
  return (
    <section className={card.card} aria-labelledby={`part-${part}`}>
      <h2 id={`part-${part}`} className={`${card.title} ${card.pair}`}>
        <span>{word('scoreParts', part)}</span>
        {part !== 'window' && <span>{format.amount(score.parts[part], '')}</span>}
      </h2>
      <ul className={card.list}>
        {lines.map((line) => (
          <li key={line.rule}>
            <ScoreLine line={line} />
          </li>
        ))}
      </ul>
    </section>
  )
}
