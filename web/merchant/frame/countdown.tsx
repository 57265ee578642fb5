import { Icon } from '#web/kit/icon.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { millisecondsOf } from '#web/kit/format.ts'
import { useWords } from '#web/i18n/words.ts'
import { useNow } from '#web/merchant/frame/clock.ts'
import styles from './countdown.module.css'
import card from '#web/member/club/card.module.css'

type CountdownProps = {
  /** The instant it must be done before. */
  readonly before: string
}

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000]

/** The time that is left until a deadline, going down, coloured by how little it is. */
export function Countdown({ before }: CountdownProps) {
  const { t } = useWords()
  const format = useFormat()
  const leftMs = millisecondsOf(before) - useNow()
  return (
    <time
      className={`${card.mark} ${styles.left} ${lookOf(leftMs)}`}
      dateTime={before}
      title={format.exactTime(before)}
    >
      <Icon name={leftMs <= 0 ? 'alert' : 'clock'} /> {leftText(leftMs, t)}
    </time>
  )
}

function lookOf(leftMs: number): string {
  if (leftMs < dayMs) return card.due ?? ''
  return leftMs < 3 * dayMs ? (card.wait ?? '') : ''
}

function leftText(leftMs: number, t: ReturnType<typeof useWords>['t']): string {
  if (leftMs <= 0) return t('countdown.over')
  const [days, hours] = [Math.floor(leftMs / dayMs), Math.floor((leftMs % dayMs) / hourMs)]
  if (days > 0) return t('countdown.days', { count: days, hours })
  const minutes = Math.floor((leftMs % hourMs) / minuteMs)
  if (hours > 0) return t('countdown.hours', { hours, minutes })
  const seconds = Math.floor((leftMs % minuteMs) / 1_000)
  return t('countdown.minutes', { minutes, seconds: String(seconds).padStart(2, '0') })
}
