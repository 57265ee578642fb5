import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/kit/format-context.ts'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import card from '#web/member/club/card.module.css'
import styles from './today-page.module.css'

type FigureProps = {
  readonly to:
    '/merchant/$shopId/shipments' | '/merchant/$shopId/returns' | '/merchant/$shopId/notices'
  readonly label: string
  /** Absent: it is on its way. */
  readonly count: number | undefined
  readonly hasFailed: boolean
  readonly hasMore?: boolean | undefined
  readonly note?: string | undefined
  /** The deadline of the most urgent. */
  readonly before?: string | undefined
  readonly isUrgent?: boolean
}

/** How many of something wait, and the way to them. */
export function Figure(figure: FigureProps) {
  const { to, label, count, hasFailed, hasMore = false, note, before, isUrgent = false } = figure
  const shopId = useShopId()
  const format = useFormat()
  const shown = count === undefined ? '' : format.amount(count, '') + (hasMore ? '+' : '')
  return (
    <li className={isUrgent ? styles.urgent : undefined}>
      <Link to={to} params={{ shopId }} className={styles.tile}>
        <span className={card.label}>{label}</span>
        {count === undefined && !hasFailed ? (
          <Skeleton width={3} height={2.25} />
        ) : (
          <span className={styles.count}>{hasFailed ? '–' : shown}</span>
        )}
        <span className={card.words}>{note}</span>
        {before !== undefined && <Countdown before={before} />}
      </Link>
    </li>
  )
}
