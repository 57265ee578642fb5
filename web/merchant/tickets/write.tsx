import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { AreaField } from '#web/kit/field.tsx'
import { useWords } from '#web/i18n/words.ts'
import { useMerchantId } from '#web/merchant/frame/shop-context.ts'
import { merchantPath, TicketSchema, type Ticket } from '#web/merchant/tickets/resources.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import parts from '#web/merchant/parts/parts.module.css'

/** Writes into a ticket: a message, that it is solved, or that it is not. */
export function Write({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useWords()
  const problemText = useProblemText()
  const [text, setText] = useState('')
  const writing = useWriting(ticket, () => setText(''))
  const isReady = text.trim() !== '' && !writing.isPending
  const isSolved = ticket.status === 'solved'
  return (
    <form
      className={parts.form}
      onSubmit={(event) => {
        event.preventDefault()
        const kind = isSolved ? 'reopen' : 'message'
        if (isReady) writing.mutate({ kind, text: text.trim() })
      }}
    >
      <AreaField
        label={t(isSolved ? 'tickets.whyReopen' : 'tickets.write')}
        value={text}
        maxLength={10_000}
        onChange={(event) => setText(event.target.value)}
      />
      {writing.isError && (
        <p className={parts.fault} role="alert">
          {problemText(writing.error)}
        </p>
      )}
      <div className={parts.actions}>
        <Button look="strong" type="submit" disabled={!isReady}>
          {t(isSolved ? 'tickets.reopen' : 'tickets.send')}
        </Button>
        {!isSolved && (
          <Button
            disabled={writing.isPending}
            onClick={() =>
              writing.mutate({ kind: 'solved', text: text.trim() || t('tickets.isSolved') })
            }
          >
            {t('tickets.isSolved')}
          </Button>
        )}
      </div>
    </form>
  )
}

/** Sends what was written, each text once however often it is sent. */
function useWriting({ ticketId }: Ticket, written: () => void) {
  const merchantId = useMerchantId()
  const queries = useQueryClient()
  const [key, setKey] = useState(freshKey)
  return useMutation({
    mutationFn: async (body: { readonly kind: string; readonly text: string }) => {
      const path = merchantPath(merchantId, 'tickets', ticketId, 'messages')
      return await postOnce(path, TicketSchema, { key: `${key}-${body.kind}`, body })
    },
    onSuccess: async () => {
      setKey(freshKey())
      written()
      await queries.invalidateQueries({ queryKey: ['merchant', merchantId, 'tickets'] })
    },
  })
}
