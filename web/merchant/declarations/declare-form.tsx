import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { asFen, fenFromText, fenToText } from '#rules/money/fen.ts'
import { ApiError, putJson, remove } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import { CauseWords } from '#web/merchant/declarations/cause-words.tsx'
import { verdictOn } from '#web/merchant/declarations/check-price.ts'
import { PriceVerdict } from '#web/merchant/declarations/price-verdict.tsx'
import {
  CauseSchema,
  DeclaredSchema,
  inCampaign,
  type Ceiling,
  type Declaration,
  type Kind,
} from '#web/merchant/declarations/resources.ts'
import { TextField } from '#web/kit/field.tsx'
import { useShopProblemText } from '#web/merchant/frame/problem-text.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { marketQuery } from '#web/member/resources.ts'
import styles from './declare-sheet.module.css'

type DeclareFormProps = {
  readonly campaign: string
  readonly kind: Kind
  readonly sku: string
  readonly ceiling: Ceiling | null
  readonly known: Declaration | undefined
}

/** Price and quantity of an SKU whose ceiling is shown above; the price is judged while it is typed. */
export function DeclareForm({ campaign, kind, sku, ceiling, known }: DeclareFormProps) {
  const { t } = useWords()
  const digits = useQuery(marketQuery).data?.minorDigits ?? 2
  const textOf = (fen: number | undefined): string =>
    fen === undefined ? '' : fenToText(asFen(fen), digits)
  const [price, setPrice] = useState(textOf(known?.priceFen))
  const [quantity, setQuantity] = useState(known === undefined ? '' : String(known.quantity))
  const [deposit, setDeposit] = useState(textOf(known?.depositFen))
  const priceFen = fenFromText(price.trim(), digits)
  const verdict = priceFen === undefined ? undefined : verdictOn(priceFen, ceiling)
  const { declaring, withdrawing } = useDeclaring(campaign, kind, sku)
  const units = /^[0-9]{1,9}$/.test(quantity) ? Number(quantity) : undefined
  const isWhole =
    verdict?.what === 'allowed' && units !== undefined && (kind === 'spot' || deposit !== '')
  const isBusy = declaring.isPending || withdrawing.isPending
  const said = (
    <PriceVerdict isEmpty={price === ''} verdict={verdict} onUse={(fen) => setPrice(textOf(fen))} />
  )
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!isWhole || isBusy) return
        const terms = kind === 'presale' ? { deposit: deposit.trim() } : {}
        declaring.mutate({ price: price.trim(), quantity: units, ...terms })
      }}
    >
      <TextField
        label={t('declare.price')}
        inputMode="decimal"
        value={price}
        {...(price === '' || verdict?.what === 'allowed' ? { help: said } : { fault: said })}
        onChange={(event) => setPrice(event.target.value)}
      />
      <div className={styles.pair}>
        <TextField
          label={t('declare.quantity')}
          inputMode="numeric"
          value={quantity}
          {...(quantity === '' || units !== undefined
            ? { help: t('declare.quantityHelp') }
            : { fault: t('declare.noUnits') })}
          onChange={(event) => setQuantity(event.target.value)}
        />
        {kind === 'presale' && (
          <TextField
            label={t('declare.deposit')}
            inputMode="decimal"
            value={deposit}
            onChange={(event) => setDeposit(event.target.value)}
          />
        )}
      </div>
      <Outcome asked={withdrawing.isIdle ? declaring : withdrawing} />
      <div className={styles.buttons}>
        <Button look="strong" type="submit" disabled={!isWhole || isBusy}>
          {t(known === undefined ? 'declare.submit' : 'declare.submitChange')}
        </Button>
        {known !== undefined && known.status !== 'withdrawn' && (
          <Button disabled={isBusy || known.sold > 0} onClick={() => withdrawing.mutate()}>
            {t('declare.withdraw')}
          </Button>
        )}
      </div>
    </form>
  )
}

type Asked = { readonly price: string; readonly quantity: number; readonly deposit?: string }

function useDeclaring(campaign: string, kind: Kind, sku: string) {
  const shopId = useShopId()
  const queries = useQueryClient()
  const path = inCampaign(shopId, campaign, 'declarations', kind, sku)
  const onSettled = (): void => void queries.invalidateQueries({ queryKey: ['shop', shopId] })
  const declaring = useMutation({
    mutationFn: async (asked: Asked) => (await putJson(path, DeclaredSchema, asked)).what,
    onSettled,
  })
  const withdrawing = useMutation({
    mutationFn: async () => {
      await remove(path)
      return 'withdrawn'
    },
    onSettled,
  })
  return { declaring, withdrawing }
}

type OutcomeProps = {
  readonly asked: { readonly data: string | undefined; readonly error: Error | null }
}

/** What came of it: what is declared now, or why not, with the deal or price that says so. */
function Outcome({ asked: { data, error } }: OutcomeProps) {
  const { word } = useWords()
  const problemText = useShopProblemText()
  if (error !== null) {
    const facts = error instanceof ApiError ? error.facts : {}
    const causes = z.array(CauseSchema).safeParse(facts['causes'])
    return (
      <div className={styles.fault} role="alert">
        <p>{problemText(error)}</p>
        {causes.success && <CauseWords causes={causes.data} />}
      </div>
    )
  }
  if (data === undefined) return null
  return (
    <output className={styles.done}>
      <Icon name="check" />
      {word('declaredWhat', data)}
    </output>
  )
}
