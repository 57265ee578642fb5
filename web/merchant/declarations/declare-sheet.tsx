import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Fault } from '#web/kit/fault.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { CeilingPanel } from '#web/merchant/declarations/ceiling-panel.tsx'
import { DeclareForm } from '#web/merchant/declarations/declare-form.tsx'
import {
  ceilingQuery,
  kinds,
  type Declaration,
  type Kind,
} from '#web/merchant/declarations/resources.ts'
import { TextField } from '#web/kit/field.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import styles from './declare-sheet.module.css'

type DeclareSheetProps = {
  readonly campaign: string
  /** What is changed; absent: something is declared anew. */
  readonly known?: Declaration | undefined
  readonly kind: Kind
  readonly onClosed: () => void
}

/** Declares an SKU: first which one, then how high it may be and why, then the price. */
export function DeclareSheet({ campaign, known, kind: usual, onClosed }: DeclareSheetProps) {
  const { t } = useWords()
  const [kind, setKind] = useState(known?.kind ?? usual)
  const [typed, setTyped] = useState(known?.sku ?? '')
  const sku = useSettled(typed.trim())
  const ceiling = useQuery(ceilingQuery(useShopId(), campaign, kind, sku))
  return (
    <Sheet title={t(known === undefined ? 'declare.title' : 'declare.change')} onClosed={onClosed}>
      <div className={styles.steps}>
        {known === undefined ? (
          <>
            <KindChoice kind={kind} onKind={setKind} />
            <TextField
              label={t('declare.sku')}
              help={sku === '' ? t('declare.skuHelp') : undefined}
              spellCheck={false}
              maxLength={100}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </>
        ) : (
          <p className={styles.known}>
            <strong>{known.sku}</strong> {t(`declarations.kinds.${known.kind}`)}
          </p>
        )}
        {sku !== '' && ceiling.isError && (
          <Fault error={ceiling.error} retry={() => void ceiling.refetch()} />
        )}
        {sku !== '' && ceiling.isPending && <Skeleton height={7} />}
        {sku !== '' && ceiling.data !== undefined && (
          <>
            <CeilingPanel ceiling={ceiling.data} />
            <DeclareForm
              key={`${kind}/${sku}`}
              campaign={campaign}
              kind={kind}
              sku={sku}
              ceiling={ceiling.data}
              known={known}
            />
          </>
        )}
      </div>
    </Sheet>
  )
}

type KindChoiceProps = { readonly kind: Kind; readonly onKind: (kind: Kind) => void }

function KindChoice({ kind, onKind }: KindChoiceProps) {
  const { t } = useWords()
  return (
    <fieldset className={styles.kinds}>
      <legend className={styles.legend}>{t('declare.kind')}</legend>
      {kinds.map((each) => (
        <label key={each} className={styles.kind}>
          <input type="radio" name="kind" checked={kind === each} onChange={() => onKind(each)} />
          {t(`declarations.kinds.${each}`)}
        </label>
      ))}
    </fieldset>
  )
}

const settlesAfterMs = 350

/** A text once nothing more has been typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), settlesAfterMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
