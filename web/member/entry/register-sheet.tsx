import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Sheet } from '#web/kit/sheet.tsx'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { EntrySchema, type EntryEvent } from '#web/member/entry/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import { walletsQuery } from '#web/member/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './event-card.module.css'

type RegisterSheetProps = { readonly event: EntryEvent; readonly onClosed: () => void }

/** Asks before the member registers, saying what is held; then whether there is a place. */
export function RegisterSheet({ event, onClosed }: RegisterSheetProps) {
  const { t, word } = useWords()
  const titleOf = useTitleOf()
  const registering = useRegistering(event)
  return (
    <Sheet title={titleOf(event.title, event.event)} onClosed={onClosed}>
      {registering.data === undefined ? (
        <Ask event={event} registering={registering} />
      ) : (
        <div className={styles.sheet} aria-live="polite">
          <p className={styles.name}>{word('entryStatuses', registering.data.status)}</p>
          <p>{t(registering.data.status === 'waiting' ? 'events.nowWaiting' : 'events.nowIn')}</p>
        </div>
      )}
    </Sheet>
  )
}

type AskProps = {
  readonly event: EntryEvent
  readonly registering: ReturnType<typeof useRegistering>
}

function Ask({ event, registering }: AskProps) {
  const { t } = useWords()
  const format = useFormat()
  const problemText = useProblemText()
  const wallets = useQuery(walletsQuery(useMemberId()))
  const [accepts, setAccepts] = useState(false)
  const wallet = wallets.data?.find(({ program, unit }) => {
    return program === 'platform' && unit === 'points'
  })
  const { points, rules, left } = event
  const number = (value: number): string => format.amount(value, 'points')
  return (
    <div className={styles.sheet}>
      <p>{t(left === 0 ? 'events.fullText' : 'events.heldText', { points: number(points) })}</p>
      {points > 0 && wallet !== undefined && (
        <dl>
          <div className={card.pair}>
            <dt>{t('events.costs')}</dt>
            <dd>{number(points)}</dd>
          </div>
          <div className={card.pair}>
            <dt>{t('events.have')}</dt>
            <dd>{number(wallet.available)}</dd>
          </div>
        </dl>
      )}
      {rules !== undefined && (
        <label className={styles.accept}>
          <input
            type="checkbox"
            checked={accepts}
            onChange={(change) => setAccepts(change.target.checked)}
          />
          <span>{t('events.accept', { rules })}</span>
        </label>
      )}
      {registering.isError && (
        <p className={styles.fault} role="alert">
          {problemText(registering.error)}
        </p>
      )}
      <Button
        look="strong"
        disabled={registering.isPending || (rules !== undefined && !accepts)}
        onClick={() => registering.mutate()}
      >
        {t(left === 0 ? 'events.toWait' : 'events.toRegister')}
      </Button>
    </div>
  )
}

/** Registers, once however often it is sent; everything that it changes is read again. */
function useRegistering({ event, rules }: EntryEvent) {
  const memberId = useMemberId()
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  return useMutation({
    mutationFn: async () => {
      const body = rules === undefined ? {} : { accepts: rules }
      return await postOnce(memberPath(memberId, 'event-entries', event), EntrySchema, {
        key,
        body,
      })
    },
    onSuccess: () => void queries.invalidateQueries(),
  })
}
