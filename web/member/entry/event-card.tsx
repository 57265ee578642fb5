import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { millisecondsOf } from '#web/kit/format.ts'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { CancelSheet } from '#web/member/entry/cancel-sheet.tsx'
import { RegisterSheet } from '#web/member/entry/register-sheet.tsx'
import { entryToEventQuery, type Entry, type EntryEvent } from '#web/member/entry/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { marketQuery } from '#web/member/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './event-card.module.css'

type EventCardProps = { readonly event: EntryEvent; readonly entry: Entry | undefined }

/** One event: when, what it costs, how many places are left, and the member's own entry. */
export function EventCard({ event, entry }: EventCardProps) {
  const { t } = useWords()
  const format = useFormat()
  const titleOf = useTitleOf()
  const market = useQuery(marketQuery)
  const [sheet, setSheet] = useState<'register' | 'cancel'>()
  const { points, takesPlace, register, left, capacity, waiting, calledOff } = event
  const title = titleOf(event.title, event.event)
  const now = market.data === undefined ? 0 : millisecondsOf(market.data.now)
  const isIn = entry?.status === 'admitted' || entry?.status === 'waiting'
  const isOpen =
    calledOff === undefined &&
    now >= millisecondsOf(register.from) &&
    now < millisecondsOf(register.to)
  const isBefore = now < millisecondsOf(takesPlace.from)
  return (
    <article className={card.card} aria-labelledby={`event-${event.event}`}>
      <div className={styles.head}>
        <h2 id={`event-${event.event}`} className={styles.name}>
          {title}
        </h2>
        {entry !== undefined && <EntryStatus status={entry.status} />}
      </div>
      <p>
        {t('events.when', {
          from: format.time(takesPlace.from),
          to: format.shortTime(takesPlace.to),
        })}
      </p>
      <p className={styles.points}>
        {points === 0
          ? t('events.free')
          : t('events.points', { points: format.amount(points, 'points') })}
      </p>
      <p className={card.words}>
        {[
          capacity === undefined
            ? t('events.unlimited')
            : t('events.left', { left: left ?? 0, capacity }),
          ...(waiting > 0 ? [t('events.waiting', { count: waiting })] : []),
          t('events.register', {
            from: format.shortTime(register.from),
            to: format.shortTime(register.to),
          }),
        ].join(' · ')}
      </p>
      {calledOff !== undefined && (
        <p className={styles.off}>{t('events.calledOff', { reason: calledOff.reason })}</p>
      )}
      {entry?.status === 'waiting' && <Place event={event.event} />}
      <div className={styles.actions}>
        {isOpen && !isIn && (
          <Button look="strong" onClick={() => setSheet('register')}>
            {t(left === 0 ? 'events.toWait' : 'events.toRegister')}
            <span className={styles.hidden}> {title}</span>
          </Button>
        )}
        {isIn && isBefore && calledOff === undefined && (
          <Button onClick={() => setSheet('cancel')}>
            {t('events.cancel')}
            <span className={styles.hidden}> {title}</span>
          </Button>
        )}
      </div>
      {sheet === 'register' && <RegisterSheet event={event} onClosed={() => setSheet(undefined)} />}
      {sheet === 'cancel' && entry !== undefined && (
        <CancelSheet event={event} entry={entry} onClosed={() => setSheet(undefined)} />
      )}
    </article>
  )
}

/** How many wait before the member. */
function Place({ event }: { readonly event: string }) {
  const { t } = useWords()
  const entry = useQuery(entryToEventQuery(useMemberId(), event))
  if (entry.data?.before === undefined) return null
  return <p>{t('events.before', { count: entry.data.before })}</p>
}

const looks: Readonly<Record<string, string | undefined>> = {
  admitted: card.gain,
  attended: card.gain,
  waiting: card.wait,
  missed: card.due,
}

/** How the member's entry stands. */
function EntryStatus({ status }: { readonly status: string }) {
  const { word } = useWords()
  return (
    <span className={`${card.mark} ${looks[status] ?? ''}`}>{word('entryStatuses', status)}</span>
  )
}
