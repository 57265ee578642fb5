import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Bar } from '#web/member/club/bar.tsx'
import type { Badge } from '#web/member/club/badges/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import card from '#web/member/club/card.module.css'
import styles from './badge-card.module.css'

/** One badge: the step that is held, and how far the next is. */
export function BadgeCard({ badge }: { readonly badge: Badge }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { titleOf, listOf } = useTitles()
  const { held, next, have, waiting } = badge
  const best = held.at(-1)
  const look = best === undefined ? styles.none : (looks[best.step] ?? styles.bronze)
  const number = (value: number): string => format.amount(value, '')
  return (
    <article className={styles.badge}>
      <span className={`${styles.medal} ${look}`}>
        <Icon name="star" />
      </span>
      <div className={styles.words}>
        <h3 className={styles.name}>{titleOf(badge.title, badge.badge)}</h3>
        <p className={card.words}>
          {best === undefined
            ? t('badges.notYet')
            : t('badges.held', {
                step: word('badgeSteps', best.step),
                day: format.day(best.reachedOn),
              })}
        </p>
      </div>
      <div className={styles.way}>
        {next === undefined ? (
          <p className={card.words}>{t('badges.all')}</p>
        ) : (
          <>
            <Bar part={have} of={next.needed} look="quiet" />
            <p className={card.words}>
              {t('badges.progress', {
                have: number(have),
                needed: number(next.needed),
                step: word('badgeSteps', next.step),
              })}
            </p>
          </>
        )}
        {waiting.length > 0 && (
          <p className={styles.waits}>
            {t('badges.awaits', { steps: listOf(waiting.map((step) => word('badgeSteps', step))) })}
          </p>
        )}
      </div>
    </article>
  )
}

const looks: Readonly<Record<string, string | undefined>> = {
  bronze: styles.bronze,
  silver: styles.silver,
  gold: styles.gold,
}
