import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import styles from './earn-lines.module.css'

type TakenBackProps = { readonly byLine: Readonly<Record<string, number>>; readonly unit: string }

/** What a refund took back, line by line of its order. */
export function TakenBack({ byLine, unit }: TakenBackProps) {
  const { t } = useWords()
  const format = useFormat()
  const lines = Object.entries(byLine).filter(([, points]) => points > 0)
  if (lines.length === 0) return null
  return (
    <section aria-labelledby="taken-back">
      <h3 id="taken-back" className={styles.title}>
        {t('why.takenBack')}
      </h3>
      <ul className={styles.lines}>
        {lines.map(([id, points]) => (
          <li key={id} className={`${styles.line} ${styles.head}`}>
            <span>{t('why.itemNamed', { id })}</span>
            <span>{format.change(-points, unit)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
