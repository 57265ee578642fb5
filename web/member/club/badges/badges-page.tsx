import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Bar } from '#web/member/club/bar.tsx'
import { BadgeCard } from '#web/member/club/badges/badge-card.tsx'
import { badgesQuery, type Badges } from '#web/member/club/badges/resources.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'
import styles from './badges-page.module.css'

/** The level, every badge with its steps, and what waits for a review. */
export function BadgesPage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('badges.title')}>
      <Shown />
    </ClubFrame>
  )
}

function Shown() {
  const { t } = useWords()
  const badges = useQuery(badgesQuery(useMemberId()))
  if (badges.isError) return <Fault error={badges.error} retry={() => void badges.refetch()} />
  if (badges.data === undefined) return <EntriesSkeleton />
  if (badges.data === null) return <Notice icon="star" title={t('badges.none')} />
  return (
    <div className={card.column}>
      <Level badges={badges.data} />
      <ul className={styles.grid}>
        {badges.data.badges.map((badge) => (
          <li key={badge.badge}>
            <BadgeCard badge={badge} />
          </li>
        ))}
      </ul>
    </div>
  )
}

function Level({ badges: { points, level, nextLevel, waiting } }: { readonly badges: Badges }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { titleOf } = useTitles()
  return (
    <section className={card.card} aria-labelledby="level">
      <h2 id="level" className={card.title}>
        {t('badges.level')}
      </h2>
      <p className={styles.level}>
        {level === undefined ? t('badges.noLevel') : titleOf(level.title, level.name)}{' '}
        <span className={card.words}>
          {t('badges.points', { points: format.amount(points, '') })}
        </span>
      </p>
      {nextLevel !== undefined && (
        <>
          <Bar part={points} of={points + nextLevel.missing} />
          <p className={card.words}>
            {t('badges.next', {
              missing: format.amount(nextLevel.missing, ''),
              level: titleOf(nextLevel.title, nextLevel.name),
            })}
          </p>
        </>
      )}
      {waiting.map(({ behaviour, facts }) => (
        <p key={behaviour} className={styles.waiting}>
          {t('badges.waiting', { count: facts, behaviour: word('behaviours', behaviour) })}
        </p>
      ))}
      <p className={card.words}>{t('badges.text')}</p>
    </section>
  )
}
