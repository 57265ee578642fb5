import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { AreaField, SelectField, TextField } from '#web/kit/field.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { useTitleOf } from '#web/i18n/titles.ts'
import { useWords } from '#web/i18n/words.ts'
import { useMerchantId, useShopId } from '#web/merchant/frame/shop-context.ts'
import { merchantPath, TicketSchema, type TicketCategory } from '#web/merchant/tickets/resources.ts'
import { useSpanText } from '#web/merchant/tickets/span-text.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'

type OpenSheetProps = {
  readonly categories: readonly TicketCategory[]
  readonly onClosed: () => void
}

/** Asks the market something; how soon it is answered is said before. */
export function OpenSheet({ categories, onClosed }: OpenSheetProps) {
  const { t } = useWords()
  const opening = useOpening()
  return (
    <Sheet title={t('tickets.ask')} onClosed={onClosed}>
      {opening.data === undefined ? (
        <Ask categories={categories} opening={opening} />
      ) : (
        <p className={parts.strong} aria-live="polite">
          {t('tickets.asked')}
        </p>
      )}
    </Sheet>
  )
}

type AskProps = Pick<OpenSheetProps, 'categories'> & {
  readonly opening: ReturnType<typeof useOpening>
}

function Ask({ categories, opening }: AskProps) {
  const { t } = useWords()
  const titleOf = useTitleOf()
  const spanText = useSpanText()
  const problemText = useProblemText()
  const [category, setCategory] = useState(categories[0]?.category ?? '')
  const [subject, setSubject] = useState('')
  const [text, setText] = useState('')
  const chosen = categories.find((each) => each.category === category)
  const subjects = (chosen?.subjects ?? []).map((title) => titleOf(title, ''))
  const isReady = subject.trim() !== '' && text.trim() !== '' && !opening.isPending
  return (
    <form
      className={parts.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) opening.mutate({ category, subject: subject.trim(), text: text.trim() })
      }}
    >
      <SelectField
        label={t('tickets.category')}
        value={category}
        onChange={(event) => setCategory(event.target.value)}
      >
        {categories.map((each) => (
          <option key={each.category} value={each.category}>
            {titleOf(each.title, each.category)}
          </option>
        ))}
      </SelectField>
      {chosen !== undefined && (
        <p className={card.words}>
          {t(chosen.time === 'working' ? 'tickets.soonWorking' : 'tickets.soon', {
            answer: spanText(chosen.firstAnswerWithin),
            solution: spanText(chosen.solutionWithin),
          })}
        </p>
      )}
      <TextField
        label={t('tickets.subject')}
        list="ticket-subjects"
        value={subject}
        maxLength={200}
        onChange={(event) => setSubject(event.target.value)}
      />
      <datalist id="ticket-subjects">
        {subjects.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </datalist>
      <AreaField
        label={t('tickets.text')}
        value={text}
        maxLength={10_000}
        onChange={(event) => setText(event.target.value)}
      />
      {opening.isError && (
        <p className={parts.fault} role="alert">
          {problemText(opening.error)}
        </p>
      )}
      <div className={parts.actions}>
        <Button look="strong" type="submit" disabled={!isReady}>
          {t('tickets.send')}
        </Button>
      </div>
    </form>
  )
}

/** Opens a ticket about the shop, once however often it is sent. */
function useOpening() {
  const [merchantId, shopId] = [useMerchantId(), useShopId()]
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  return useMutation({
    mutationFn: async (asked: object) => {
      const body = { ...asked, shopId }
      return await postOnce(merchantPath(merchantId, 'tickets'), TicketSchema, { key, body })
    },
    onSuccess: async () =>
      await queries.invalidateQueries({ queryKey: ['merchant', merchantId, 'tickets'] }),
  })
}
