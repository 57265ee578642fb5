import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import type { Ceiling } from '#web/merchant/declarations/resources.ts'
import styles from './ceiling-panel.module.css'

type CeilingPanelProps = {
  /** `null`: the market verifies no prices. */
  readonly ceiling: Ceiling | null
}

/** The most that may be declared, and the deal or price that says so: before any price is typed. */
export function CeilingPanel({ ceiling }: CeilingPanelProps) {
  const { t } = useWords()
  const format = useFormat()
  if (ceiling === null) return <p className={styles.panel}>{t('ceiling.notVerified')}</p>
  const { ceilingFen, floorFen, bounds, windows } = ceiling
  const days = ([from, to]: readonly [string, string]): string =>
    t('ceiling.days', { from: format.day(from), to: format.day(to) })
  return (
    <section className={styles.panel} aria-labelledby="ceiling" aria-live="polite">
      <h3 id="ceiling" className={styles.label}>
        {t('ceiling.title')}
      </h3>
      <p className={styles.figure}>
        {ceilingFen === undefined ? t('ceiling.none') : format.money(ceilingFen)}
      </p>
      {ceilingFen === undefined && (
        <p className={styles.words}>{t('ceiling.noneWhy', { days: days(windows.deals) })}</p>
      )}
      <ol className={styles.bounds}>
        {bounds.map(({ by, id, priceFen, at, window, limitFen }, index) => (
          <li key={`${by}/${id}`} className={index === 0 ? styles.first : undefined}>
            <p className={styles.bound}>
              <span>{t(`ceiling.by.${by}`, { price: format.money(priceFen) })}</span>
              <span>{t('ceiling.atMost', { limit: format.money(limitFen) })}</span>
            </p>
            <p className={styles.words}>
              {t(by === 'deal' ? 'ceiling.ordered' : 'ceiling.marked', {
                time: format.time(at),
                days: days(window),
              })}
              <br />
              {t(by === 'deal' ? 'ceiling.deal' : 'ceiling.price', { id })}
            </p>
          </li>
        ))}
      </ol>
      {floorFen !== undefined && (
        <p className={styles.floor}>
          <Icon name="alert" />
          {t('ceiling.floor', { price: format.money(floorFen) })}
        </p>
      )}
    </section>
  )
}
