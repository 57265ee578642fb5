import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'
import { ClubFrame } from '#web/member/club/club-frame.tsx'
import { EventCard } from '#web/member/entry/event-card.tsx'
import { entriesToEventsQuery, eventsQuery } from '#web/member/entry/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { EntriesSkeleton } from '#web/member/member-skeleton.tsx'
import card from '#web/member/club/card.module.css'

/** The events that the member can register for with points. */
export function EventsPage() {
  const { t } = useWords()
  return (
    <ClubFrame title={t('events.title')}>
      <Shown />
    </ClubFrame>
  )
}

function Shown() {
  const { t } = useWords()
  const events = useQuery(eventsQuery)
  const entries = useQuery(entriesToEventsQuery(useMemberId()))
  const failed = [events, entries].find((each) => each.isError)
  if (failed !== undefined) {
    return <Fault error={failed.error} retry={() => void failed.refetch()} />
  }
  if (events.data === undefined || entries.data === undefined) return <EntriesSkeleton />
  if (events.data.length === 0) return <Notice icon="star" title={t('events.none')} />
  return (
    <ul className={card.columns}>
      {events.data.map((event) => (
        <li key={event.event}>
          <EventCard
            event={event}
            entry={entries.data.find((each) => each.event === event.event)}
          />
        </li>
      ))}
    </ul>
  )
}
