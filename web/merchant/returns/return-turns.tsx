import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { AreaField, TextField } from '#web/kit/field.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { requestPath } from '#web/merchant/returns/resources.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { RequestSchema, type ReturnRequest } from '#web/member/returns/resources.ts'
import parts from '#web/merchant/parts/parts.module.css'

/** What a shop does about a request, by the last part of its address. */
type Turn = 'agreement' | 'rejection' | 'confirmation' | 'replacement'

/** RT-8 to RT-14: what the shop can do, by how far the request is. */
function turnsOf({ status, kind }: ReturnRequest): readonly Turn[] {
  switch (status) {
    case 'asked':
      return ['agreement', 'rejection']
    case 'rejected':
    case 'disputed':
      return ['agreement']
    case 'agreed':
      return kind === 'return' ? ['confirmation'] : []
    case 'sent':
      return ['confirmation', 'rejection']
    case 'replacing':
      return ['replacement']
    default:
      return []
  }
}

/** The turns of the shop; each is asked about once more, saying what comes of it. */
export function ReturnTurns({ request }: { readonly request: ReturnRequest }) {
  const { t } = useWords()
  const [chosen, setChosen] = useState<Turn>()
  const turns = turnsOf(request)
  if (turns.length === 0) return null
  if (chosen !== undefined) {
    return <Confirm turn={chosen} request={request} back={() => setChosen(undefined)} />
  }
  return (
    <div className={parts.actions}>
      {turns.map((turn, n) => (
        <Button key={turn} look={n === 0 ? 'strong' : 'plain'} onClick={() => setChosen(turn)}>
          {t(`returnTurns.${turn}.name`)}
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
  const format = useFormat()
  const problemText = useProblemText()
  const turning = useTurn(turn, request)
  const [note, setNote] = useState('')
  const [carrier, setCarrier] = useState('')
  const [number, setNumber] = useState('')
  const isParcel = turn === 'replacement'
  const isReady = isParcel
    ? carrier.trim() !== '' && number.trim() !== ''
    : turn !== 'rejection' || note.trim() !== ''
  const body = isParcel
    ? { carrier: carrier.trim(), number: number.trim() }
    : note.trim() === ''
      ? {}
      : { note: note.trim() }
  return (
    <form
      className={parts.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !turning.isPending) turning.mutate(body)
      }}
    >
      <p>{t(effectOf(turn, request), { amount: format.money(request.amountFen) })}</p>
      {isParcel ? (
        <>
          <TextField
            label={t('returns.carrier')}
            value={carrier}
            maxLength={100}
            onChange={(event) => setCarrier(event.target.value)}
          />
          <TextField
            label={t('returns.number')}
            value={number}
            maxLength={100}
            onChange={(event) => setNumber(event.target.value)}
          />
        </>
      ) : (
        <AreaField
          label={t(turn === 'rejection' ? 'returns.why' : 'returns.note')}
          value={note}
          maxLength={500}
          onChange={(event) => setNote(event.target.value)}
        />
      )}
      {turning.isError && (
        <p className={parts.fault} role="alert">
          {problemText(turning.error)}
        </p>
      )}
      <div className={parts.actions}>
        <Button look="strong" type="submit" disabled={!isReady || turning.isPending}>
          {t(`returnTurns.${turn}.do`)}
        </Button>
        <Button look="quiet" onClick={back}>
          {t('returns.back')}
        </Button>
      </div>
    </form>
  )
}

/** What comes of a turn: money alone is refunded at once, goods are sent back first. */
function effectOf(turn: Turn, { kind, status, sentAt }: ReturnRequest) {
  switch (turn) {
    case 'agreement':
      if (kind === 'refund') return 'returnTurns.agreement.refunds'
      return sentAt === undefined ? 'returnTurns.agreement.goods' : 'returnTurns.agreement.sent'
    case 'rejection':
      return 'returnTurns.rejection.text'
    case 'confirmation':
      if (kind === 'exchange') return 'returnTurns.confirmation.exchanges'
      return status === 'agreed'
        ? 'returnTurns.confirmation.without'
        : 'returnTurns.confirmation.refunds'
    case 'replacement':
      return 'returnTurns.replacement.text'
  }
}

/** Does it, once however often it is sent; what it changes is read again. */
function useTurn(turn: Turn, request: ReturnRequest) {
  const shopId = useShopId()
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  return useMutation({
    mutationFn: async (body: object) =>
      await postOnce(requestPath(shopId, request, turn), RequestSchema, { key, body }),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: ['shop', shopId] }),
  })
}
