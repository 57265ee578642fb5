import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { useFigures } from '#web/merchant/metrics/figures.ts'
import type { Figure, Metric } from '#web/merchant/metrics/resources.ts'
import styles from './trend-line.module.css'

const [width, height, margin] = [160, 40, 5]

type Point = { readonly n: number; readonly day: string; readonly value: Figure }

/** The last weeks of a figure as a line; its first and last value stand in the description. */
export function TrendLine({ metric }: { readonly metric: Metric }) {
  const { t } = useWords()
  const format = useFormat()
  const { textOf } = useFigures()
  const points = metric.trend.flatMap(({ day, value }, n): Point[] =>
    value === undefined ? [] : [{ n, day, value }],
  )
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined || points.length < 2) return null
  const place = placeIn(points, metric.trend.length)
  const end = place(last)
  return (
    <>
      <span className={styles.hidden}>
        {t('metrics.trend', {
          from: textOf(metric, first.value),
          on: format.shortDay(first.day),
          to: textOf(metric, last.value),
        })}
      </span>
      <svg
        className={styles.trend}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="xMinYMid"
        aria-hidden="true"
      >
        <polyline
          className={styles.line}
          points={points.map((point) => place(point).join()).join(' ')}
        />
        <circle className={styles.end} cx={end[0]} cy={end[1]} r="3.5" />
      </svg>
    </>
  )
}

/** Where a point is drawn: the lowest of them at the bottom, the highest at the top. */
function placeIn(points: readonly Point[], count: number): (point: Point) => [number, number] {
  const values = points.map(({ value }) => quotient(value))
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return ({ n, value }) => {
    const share = high === low ? 0.5 : (quotient(value) - low) / (high - low)
    const x = margin + (n / Math.max(1, count - 1)) * (width - 2 * margin)
    return [x, height - margin - share * (height - 2 * margin)]
  }
}

/** Only to draw it: figures are compared and written as whole numbers. */
function quotient({ numerator, denominator }: Figure): number {
  return numerator / denominator
}
