import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { freshKey, postOnce } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { Fact } from '#web/kit/fact.tsx'
import { AreaField } from '#web/kit/field.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Sheet } from '#web/kit/sheet.tsx'
import { useWords } from '#web/i18n/words.ts'
import { shopPath } from '#web/merchant/frame/resources.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { ViolationSchema, type Violation } from '#web/merchant/metrics/resources.ts'
import { ViolationStatus } from '#web/merchant/metrics/violation-status.tsx'
import { useProblemText } from '#web/member/club/problem-text.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'

type ViolationSheetProps = { readonly violation: Violation; readonly onClosed: () => void }

/** One violation: what shows it, what was done about it, and the appeal. */
export function ViolationSheet({ violation, onClosed }: ViolationSheetProps) {
  const { word } = useWords()
  const appealing = useAppeal(violation)
  const shown = appealing.data ?? violation
  return (
    <Sheet title={word('violationActs', violation.cause.code ?? 'recorded')} onClosed={onClosed}>
      <div className={parts.sheet}>
        <div>
          <ViolationStatus status={shown.status} />
        </div>
        <Facts violation={shown} />
        <Turns violation={shown} />
        {shown.turns.length === 0 && <Appeal appealing={appealing} />}
      </div>
    </Sheet>
  )
}

function Facts({ violation }: { readonly violation: Violation }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { violationId, kind, points, doneAt, recordedAt, cause } = violation
  return (
    <dl className={parts.facts}>
      <Fact name={t('violations.kind')}>{word('violationKinds', kind)}</Fact>
      <Fact name={t('violations.worth')}>{t('violations.points', { count: points })}</Fact>
      <Fact name={t('violations.doneAt')}>{format.time(doneAt)}</Fact>
      <Fact name={t('violations.recordedAt')}>{format.time(recordedAt)}</Fact>
      {cause.campaign !== undefined && (
        <Fact name={t('violations.campaign')}>{cause.campaign}</Fact>
      )}
      {cause.sku !== undefined && <Fact name={t('violations.sku')}>{cause.sku}</Fact>}
      {cause.words !== undefined && <Fact name={t('violations.words')}>{cause.words}</Fact>}
      <Fact name={t('violations.id')}>{violationId}</Fact>
    </dl>
  )
}

function Turns({ violation }: { readonly violation: Violation }) {
  const { word } = useWords()
  const format = useFormat()
  if (violation.turns.length === 0) return null
  return (
    <ol className={card.list}>
      {violation.turns.map(({ turn, at, words }) => (
        <li key={at} className={parts.part}>
          <p className={parts.strong}>{word('violationStatuses', turn)}</p>
          <p className={card.words}>{format.time(at)}</p>
          <p>{words}</p>
        </li>
      ))}
    </ol>
  )
}

function Appeal({ appealing }: { readonly appealing: ReturnType<typeof useAppeal> }) {
  const { t } = useWords()
  const problemText = useProblemText()
  const [words, setWords] = useState('')
  const isReady = words.trim() !== '' && !appealing.isPending
  return (
    <form
      className={parts.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) appealing.mutate(words.trim())
      }}
    >
      <AreaField
        label={t('violations.appealWords')}
        help={t('violations.appealHelp')}
        value={words}
        maxLength={2_000}
        onChange={(event) => setWords(event.target.value)}
      />
      {appealing.isError && (
        <p className={parts.fault} role="alert">
          {problemText(appealing.error)}
        </p>
      )}
      <div className={parts.actions}>
        <Button look="strong" type="submit" disabled={!isReady}>
          {t('violations.appeal')}
        </Button>
      </div>
    </form>
  )
}

/** Appeals, once however often it is sent. */
function useAppeal({ violationId }: Violation) {
  const shopId = useShopId()
  const queries = useQueryClient()
  const [key] = useState(freshKey)
  return useMutation({
    mutationFn: async (words: string) => {
      const path = shopPath(shopId, 'violations', violationId, 'appeal')
      return await postOnce(path, ViolationSchema, { key, body: { words } })
    },
    onSuccess: async () =>
      await queries.invalidateQueries({ queryKey: ['shop', shopId, 'violations'] }),
  })
}
