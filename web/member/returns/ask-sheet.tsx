import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { AreaField, SelectField, TextField } from '#web/kit/field.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { useWords } from '#web/i18n/words.ts'
import { memberPath } from '#web/member/club/member-path.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import { RequestNext } from '#web/member/returns/request-sheet.tsx'
import { RequestSchema } from '#web/member/returns/resources.ts'
import { useMemberId } from '#web/member/member-id.ts'
import type { Order, Trade } from '#web/member/trades/resources.ts'
import styles from './ask-sheet.module.css'

const kinds = ['refund', 'return', 'exchange'] as const
const conditions = ['intact', 'opened', 'used'] as const
const reasons = [
  'noReason',
  'notAsDescribed',
  'damaged',
  'wrongItem',
  'notReceived',
  'late',
  'other',
] as const

type AskSheetProps = {
  readonly trade: Trade
  /** Those of which something can be asked back. */
  readonly orders: readonly Order[]
  readonly onClosed: () => void
}

/** Asks a shop for a refund, a return or an exchange; then says what comes next, and by when. */
export function AskSheet({ trade, orders, onClosed }: AskSheetProps) {
  const { t } = useWords()
  const asking = useAsking()
  return (
    <Sheet title={t('asked.ask')} onClosed={onClosed}>
      {asking.data === undefined ? (
        <Form trade={trade} orders={orders} asking={asking} />
      ) : (
        <div className={styles.form} aria-live="polite">
          <p className={styles.strong}>{t('asked.done')}</p>
          <RequestNext request={asking.data} />
        </div>
      )}
    </Sheet>
  )
}

type FormProps = Omit<AskSheetProps, 'onClosed'> & {
  readonly asking: ReturnType<typeof useAsking>
}

function Form({ trade, orders, asking }: FormProps) {
  const { t, word } = useWords()
  const problemText = useProblemText()
  const [orderId, setOrderId] = useState(orders[0]?.orderId ?? '')
  const order = orders.find((each) => each.orderId === orderId)
  const [chosenKind, setKind] = useState<string>('return')
  const [reason, setReason] = useState<string>('noReason')
  const [condition, setCondition] = useState<string>('intact')
  const [quantities, setQuantities] = useState<Readonly<Record<string, number>>>({})
  const [skus, setSkus] = useState<Readonly<Record<string, string>>>({})
  const [note, setNote] = useState('')
  const isShipped = order?.shippedAt !== undefined || order?.receivedAt !== undefined
  const kind = isShipped ? chosenKind : 'refund'
  const isExchange = kind === 'exchange'
  const lines = linesOf(order, trade).flatMap(({ id }) => {
    const quantity = quantities[id] ?? 0
    const sku = skus[id]?.trim() ?? ''
    return quantity === 0 ? [] : [{ line: id, quantity, ...(isExchange ? { sku } : {}) }]
  })
  const isReady =
    lines.length > 0 && lines.every((line) => !isExchange || line.sku !== '') && !asking.isPending
  const asksCondition = kind !== 'refund' && reason === 'noReason'
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (!isReady) return
        asking.mutate({
          orderId,
          kind,
          reason,
          lines,
          ...(asksCondition ? { condition } : {}),
          ...(note.trim() === '' ? {} : { note: note.trim() }),
        })
      }}
    >
      {orders.length > 1 && (
        <SelectField
          label={t('asked.order')}
          value={orderId}
          onChange={(event) => setOrderId(event.target.value)}
        >
          {orders.map((each) => (
            <option key={each.orderId} value={each.orderId}>
              {each.shop}
            </option>
          ))}
        </SelectField>
      )}
      <SelectField
        label={t('asked.kind')}
        help={t(isShipped ? 'asked.kindHelp' : 'asked.notShipped')}
        value={kind}
        disabled={!isShipped}
        onChange={(event) => setKind(event.target.value)}
      >
        {kinds.map((each) => (
          <option key={each} value={each}>
            {word('askedKinds', each)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('asked.reason')}
        help={asksCondition ? t('asked.noReasonHelp') : undefined}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      >
        {reasons.map((each) => (
          <option key={each} value={each}>
            {word('askedReasons', each)}
          </option>
        ))}
      </SelectField>
      {asksCondition && (
        <SelectField
          label={t('asked.condition')}
          value={condition}
          onChange={(event) => setCondition(event.target.value)}
        >
          {conditions.map((each) => (
            <option key={each} value={each}>
              {word('conditions', each)}
            </option>
          ))}
        </SelectField>
      )}
      {linesOf(order, trade).map(({ id, sku, most }) => (
        <div key={id} className={styles.line}>
          <SelectField
            label={t('asked.howMany', { sku })}
            value={quantities[id] ?? 0}
            onChange={(event) => setQuantities({ ...quantities, [id]: Number(event.target.value) })}
          >
            {Array.from({ length: most + 1 }, (_, count) => (
              <option key={count} value={count}>
                {count}
              </option>
            ))}
          </SelectField>
          {isExchange && (quantities[id] ?? 0) > 0 && (
            <TextField
              label={t('asked.forSku')}
              value={skus[id] ?? ''}
              maxLength={100}
              onChange={(event) => setSkus({ ...skus, [id]: event.target.value })}
            />
          )}
        </div>
      ))}
      <AreaField
        label={t('asked.noteLabel')}
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.target.value)}
      />
      {asking.isError && (
        <p className={styles.fault} role="alert">
          {problemText(asking.error)}
        </p>
      )}
      <Button look="strong" type="submit" disabled={!isReady}>
        {t(asking.isPending ? 'asked.sending' : 'asked.send')}
      </Button>
    </form>
  )
}

/** The lines of an order with how many units of each were bought. */
function linesOf(order: Order | undefined, trade: Trade) {
  return (order?.lines ?? []).map(({ id, sku }) => {
    const quoted = trade.quote.lines.find((each) => each.id === id)
    return { id, sku, most: Math.min(99, quoted?.quantity ?? quoted?.unitsFen.length ?? 1) }
  })
}

/** Asks, once however often it is sent: the key names the request as well. */
function useAsking() {
  const memberId = useMemberId()
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  return useMutation({
    mutationFn: async (asked: object) => {
      const body = { returnId: `r-${key}`, ...asked }
      return await postOnce(memberPath(memberId, 'return-requests'), RequestSchema, { key, body })
    },
    onSuccess: () => void queries.invalidateQueries(),
  })
}
