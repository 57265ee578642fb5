import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Phase } from '#web/merchant/campaign/resources.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import card from '#web/member/club/card.module.css'
import styles from './timeline-card.module.css'

/** Every phase of a campaign in order: what is over, what is open now, what is coming. */
export function TimelineCard({ phases }: { readonly phases: readonly Phase[] }) {
  const { t, language } = useWords()
  const format = useFormat()
  const next = phases.find(({ state }) => state === 'coming')
  return (
    <section className={card.card} aria-labelledby="timeline">
      <h2 id="timeline" className={card.title}>
        {t('timeline.title')}
      </h2>
      <ol className={styles.list}>
        {phases.map((phase) => {
          const { state, from, to } = phase
          return (
            <li
              key={phase.phase}
              className={`${styles.phase} ${styles[state]}`}
              aria-current={state === 'open' ? 'step' : undefined}
            >
              <p className={styles.name}>
                {phase.title[asLanguage(language)]}
                {state === 'open' && (
                  <span className={`${card.mark} ${card.gain}`}>{t('timeline.open')}</span>
                )}
                {phase === next && <span className={card.mark}>{t('timeline.next')}</span>}
              </p>
              <p className={card.words}>
                {t('timeline.window', { from: format.shortTime(from), to: format.time(to) })}
              </p>
              {state === 'open' && <Countdown before={to} />}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
