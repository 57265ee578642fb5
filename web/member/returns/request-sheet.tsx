import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { Fault } from '#web/kit/fault.tsx'
import { AreaField, TextField } from '#web/kit/field.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Sheet } from '#web/kit/sheet.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { useLeftText } from '#web/member/returns/left-text.ts'
import { RequestFacts, RequestStatus, RequestSteps } from '#web/member/returns/request-facts.tsx'
import { requestQuery, RequestSchema, type ReturnRequest } from '#web/member/returns/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './ask-sheet.module.css'

type RequestSheetProps = { readonly request: ReturnRequest; readonly onClosed: () => void }

/** One request of a member: what comes next and by when, what was asked, and what was done. */
export function RequestSheet({ request, onClosed }: RequestSheetProps) {
  const { word } = useWords()
  const one = useQuery(requestQuery(useMemberId(), request.returnId))
  return (
    <Sheet title={word('askedKinds', request.kind)} onClosed={onClosed}>
      {one.isError && <Fault error={one.error} retry={() => void one.refetch()} />}
      {one.isPending && <Skeleton height={12} />}
      {one.data !== undefined && (
        <div className={styles.form}>
          <RequestNext request={one.data.request} />
          <Turns key={one.data.request.status} request={one.data.request} />
          <RequestFacts request={one.data.request} />
          <RequestSteps steps={one.data.steps} />
        </div>
      )}
    </Sheet>
  )
}

/** Who has to do what by when, and what happens when it is not done. */
export function RequestNext({ request }: { readonly request: ReturnRequest }) {
  const { t, word } = useWords()
  const format = useFormat()
  const leftText = useLeftText()
  const { waitsFor } = request
  return (
    <div className={styles.next}>
      <div className={styles.head}>
        <RequestStatus request={request} />
        {waitsFor !== undefined && (
          <span className={card.mark}>{leftText(waitsFor.leftSeconds)}</span>
        )}
      </div>
      {waitsFor !== undefined && (
        <>
          <p className={styles.strong}>{word('askedWaits', waitsFor.what)}</p>
          <p>{t('asked.until', { at: format.exactTime(waitsFor.dueAt) })}</p>
          <p className={card.words}>{word('askedLapses', waitsFor.lapse)}</p>
        </>
      )}
    </div>
  )
}

/** What a member does about a request, by the last part of its address. */
type Turn = 'parcel' | 'dispute' | 'receipt' | 'withdrawal'

/** RT-9 to RT-14: what the member can do, by how far the request is. */
function turnsOf({ status }: ReturnRequest): readonly Turn[] {
  switch (status) {
    case 'agreed':
      return ['parcel', 'withdrawal']
    case 'rejected':
      return ['dispute', 'withdrawal']
    case 'replaced':
      return ['receipt']
    case 'asked':
    case 'sent':
    case 'disputed':
      return ['withdrawal']
    default:
      return []
  }
}

function Turns({ request }: { readonly request: ReturnRequest }) {
  const { t } = useWords()
  const [chosen, setChosen] = useState<Turn>()
  const turns = turnsOf(request)
  if (turns.length === 0) return null
  if (chosen !== undefined) {
    return <Confirm turn={chosen} request={request} back={() => setChosen(undefined)} />
  }
  return (
    <div className={styles.actions}>
      {turns.map((turn) => (
        <Button
          key={turn}
          look={turn === 'withdrawal' ? 'plain' : 'strong'}
          onClick={() => setChosen(turn)}
        >
          {t(`askedDo.${turn}.name`)}
        </Button>
      ))}
    </div>
  )
}

type ConfirmProps = {
  readonly turn: Turn
  readonly request: ReturnRequest
  readonly back: () => void
}

function Confirm({ turn, request, back }: ConfirmProps) {
  const { t } = useWords()
  const problemText = useProblemText()
  const turning = useTurn(turn, request)
  const [note, setNote] = useState('')
  const [carrier, setCarrier] = useState('')
  const [number, setNumber] = useState('')
  const isReady =
    turn === 'parcel'
      ? carrier.trim() !== '' && number.trim() !== ''
      : turn !== 'dispute' || note.trim() !== ''
  const body =
    turn === 'parcel'
      ? { carrier: carrier.trim(), number: number.trim() }
      : turn === 'dispute'
        ? { note: note.trim() }
        : {}
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !turning.isPending) turning.mutate(body)
      }}
    >
      <p>{t(`askedDo.${turn}.text`)}</p>
      {turn === 'parcel' && (
        <>
          <TextField
            label={t('asked.carrier')}
            value={carrier}
            maxLength={100}
            onChange={(event) => setCarrier(event.target.value)}
          />
          <TextField
            label={t('asked.number')}
            value={number}
            maxLength={100}
            onChange={(event) => setNumber(event.target.value)}
          />
        </>
      )}
      {turn === 'dispute' && (
        <AreaField
          label={t('asked.why')}
          value={note}
          maxLength={500}
          onChange={(event) => setNote(event.target.value)}
        />
      )}
      {turning.isError && (
        <p className={styles.fault} role="alert">
          {problemText(turning.error)}
        </p>
      )}
      <div className={styles.actions}>
        <Button look="strong" type="submit" disabled={!isReady || turning.isPending}>
          {t(`askedDo.${turn}.name`)}
        </Button>
        <Button look="quiet" onClick={back}>
          {t('asked.back')}
        </Button>
      </div>
    </form>
  )
}

/** Does it, once however often it is sent; everything that it changes is read again. */
function useTurn(turn: Turn, { returnId }: ReturnRequest) {
  const memberId = useMemberId()
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  return useMutation({
    mutationFn: async (body: object) => {
      const path = memberPath(memberId, 'return-requests', returnId, turn)
      return await postOnce(path, RequestSchema, { key, body })
    },
    onSuccess: async () => await queries.invalidateQueries(),
  })
}
