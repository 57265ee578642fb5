import { useWords } from '#web/i18n/words.ts'
import styles from './brand.module.css'

/** The mark and the name of the product. */
export function Brand() {
  const { t } = useWords()
  return (
    <span className={styles.brand}>
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <rect className={styles.ground} width="32" height="32" rx="9" />
        <circle className={styles.ring} cx="16" cy="16" r="9" />
        <path className={styles.heart} d="M16 10.6 21.4 16 16 21.4 10.6 16Z" />
      </svg>
      {t('brand')}
    </span>
  )
}
