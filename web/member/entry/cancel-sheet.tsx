import { useMutation, useQueryClient } from '@tanstack/react-query'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Sheet } from '#web/kit/sheet.tsx'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { EntrySchema, type Entry, type EntryEvent } from '#web/member/entry/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import styles from './event-card.module.css'

type CancelSheetProps = {
  readonly event: EntryEvent
  readonly entry: Entry
  readonly onClosed: () => void
}

/** Asks before an entry is cancelled, saying what that can cost. */
export function CancelSheet({ event, entry, onClosed }: CancelSheetProps) {
  const { t } = useWords()
  const format = useFormat()
  const titleOf = useTitleOf()
  const problemText = useProblemText()
  const memberId = useMemberId()
  const queries = useQueryClient()
  const cancelling = useMutation({
    mutationFn: async () => {
      const path = memberPath(memberId, 'event-entries', event.event, 'cancellation')
      return await postOnce(path, EntrySchema, { key: freshKey() })
    },
    onSuccess: () => void queries.invalidateQueries(),
  })
  const isWaiting = entry.status === 'waiting'
  return (
    <Sheet title={titleOf(event.title, event.event)} onClosed={onClosed}>
      {cancelling.data === undefined ? (
        <div className={styles.sheet}>
          <p>
            {isWaiting
              ? t('events.cancelWaiting')
              : t('events.cancelText', { points: format.amount(entry.points, 'points') })}
          </p>
          {cancelling.isError && (
            <p className={styles.fault} role="alert">
              {problemText(cancelling.error)}
            </p>
          )}
          <Button look="strong" disabled={cancelling.isPending} onClick={() => cancelling.mutate()}>
            {t('events.cancel')}
          </Button>
        </div>
      ) : (
        <p aria-live="polite">
          {t('events.cancelled', { points: format.amount(cancelling.data.captured, 'points') })}
        </p>
      )}
    </Sheet>
  )
}
