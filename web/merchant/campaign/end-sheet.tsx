import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { Sheet } from '#web/kit/sheet.tsx'
import { useWords } from '#web/i18n/words.ts'
import { leavingQuery } from '#web/merchant/campaign/leaving.ts'
import { enrolmentPath } from '#web/merchant/campaign/resources.ts'
import { useEnrolling } from '#web/merchant/campaign/use-enrolling.ts'
import { useShopProblemText } from '#web/merchant/frame/problem-text.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import styles from './standing-card.module.css'

/** Before approval one withdraws, afterwards one leaves; a refusal is appealed against. */
export type Ending = 'withdraw' | 'leave' | 'appeal'

type EndSheetProps = {
  readonly campaign: string
  readonly ending: Ending
  readonly onClosed: () => void
}

/** Asks before it is done, and says first what follows from it. */
export function EndSheet({ campaign, ending, onClosed }: EndSheetProps) {
  const { t } = useWords()
  const shopId = useShopId()
  const problemText = useShopProblemText()
  const asking = useEnrolling(enrolmentPath(shopId, campaign, ending))
  const [grounds, setGrounds] = useState('')
  const isWhole = ending !== 'appeal' || grounds.trim() !== ''
  return (
    <Sheet title={t(`campaign.${ending}`)} onClosed={onClosed}>
      {asking.isSuccess ? (
        <output>{t(`ending.${ending}.done`)}</output>
      ) : (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            if (isWhole)
              asking.mutate(ending === 'appeal' ? { grounds: grounds.trim() } : undefined)
          }}
        >
          <p className={ending === 'leave' ? styles.warning : undefined}>
            {t(`ending.${ending}.text`)} {ending === 'leave' && <Cost />}
          </p>
          {ending === 'appeal' && (
            <label className={styles.label}>
              {t('ending.appeal.grounds')}
              <textarea
                className={styles.area}
                maxLength={2_000}
                value={grounds}
                onChange={(event) => setGrounds(event.target.value)}
              />
            </label>
          )}
          {asking.isError && (
            <p className={styles.fault} role="alert">
              {problemText(asking.error)}
            </p>
          )}
          <Button look="strong" type="submit" disabled={!isWhole || asking.isPending}>
            {t(`ending.${ending}.confirm`)}
          </Button>
        </form>
      )}
    </Sheet>
  )
}

/** The points that the market puts on a broken promise. */
function Cost() {
  const { t, word } = useWords()
  const cost = useQuery(leavingQuery)
  if (cost.data === undefined || cost.data === null) return null
  const { kind, points } = cost.data
  return <strong>{t('ending.leave.cost', { points, kind: word('violationKinds', kind) })}</strong>
}
