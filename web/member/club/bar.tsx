import styles from './bar.module.css'

type BarProps = {
  readonly part: number
  readonly of: number
  readonly look?: 'strong' | 'quiet'
}

/** How much one figure is of another; the figures themselves stand beside it in words. */
export function Bar({ part, of, look = 'strong' }: BarProps) {
  const share = of <= 0 ? 0 : Math.min(100, Math.max(0, (part / of) * 100))
  return (
    <span className={styles.track} aria-hidden="true">
      <span className={styles[look]} style={{ width: `${share}%` }} />
    </span>
  )
}
