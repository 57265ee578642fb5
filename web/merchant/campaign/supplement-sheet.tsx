import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { z } from 'zod'
import { fenFromText } from '#rules/money/fen.ts'
import { Button } from '#web/kit/button.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Sheet } from '#web/kit/sheet.tsx'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { IdentityTitle } from '#web/merchant/campaign/identity-title.tsx'
import {
  campaignQuery,
  enrolmentPath,
  type Enrolment,
  type Supplement,
} from '#web/merchant/campaign/resources.ts'
import { useEnrolling } from '#web/merchant/campaign/use-enrolling.ts'
import { useShopProblemText } from '#web/merchant/frame/problem-text.ts'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import card from '#web/member/club/card.module.css'
import frame from './standing-card.module.css'
import styles from './supplements-card.module.css'

type SupplementSheetProps = {
  readonly enrolment: Enrolment
  readonly supplement: Supplement
  readonly onClosed: () => void
}

/** Does one supplement: reads and signs a text, sets a step of the allowance, confirms an identity. */
export function SupplementSheet({ enrolment, supplement, onClosed }: SupplementSheetProps) {
  const { t, language } = useWords()
  const [chosen, setChosen] = useState<object>()
  const path = enrolmentPath(useShopId(), enrolment.campaign, 'supplements', supplement.name)
  const problemText = useShopProblemText()
  const doing = useEnrolling(path)
  const { kind, text, title, done } = supplement
  const body = text === undefined ? chosen : { version: text.version, hash: text.hash }
  const isWhole = kind === 'confirmation' || body !== undefined
  const isDone = done !== undefined && kind === 'agreement'
  return (
    <Sheet title={title[asLanguage(language)]} onClosed={onClosed}>
      <div className={frame.form}>
        {text !== undefined && (
          <>
            <p className={card.words}>{t('supplements.version', { version: text.version })}</p>
            <p className={styles.text}>{text[asLanguage(language)]}</p>
          </>
        )}
        {kind === 'allowanceSteps' && <Steps campaign={enrolment.campaign} onChosen={setChosen} />}
        {kind === 'identity' && <Identities enrolment={enrolment} onChosen={setChosen} />}
        {doing.isError && (
          <p className={frame.fault} role="alert">
            {problemText(doing.error)}
          </p>
        )}
        {doing.isSuccess || isDone ? (
          <output>{t('supplements.isDone')}</output>
        ) : (
          <Button
            look="strong"
            disabled={!isWhole || doing.isPending}
            onClick={() => doing.mutate(body ?? {})}
          >
            {t(`supplements.do.${kind}`)}
          </Button>
        )}
      </div>
    </Sheet>
  )
}

type ChoiceProps = { readonly onChosen: (body: object) => void }

const StepsSchema = z.object({
  allowance: z.object({
    steps: z.array(z.object({ threshold: z.string(), off: z.string() })),
  }),
})

/** The steps of the allowance that the campaign offers; the shop takes one for all it sells. */
function Steps({ campaign, onChosen }: ChoiceProps & { readonly campaign: string }) {
  const { t } = useWords()
  const format = useFormat()
  const terms = useQuery(campaignQuery(campaign))
  const read = StepsSchema.safeParse(terms.data?.terms)
  const money = (amount: string): string => format.money(fenFromText(amount) ?? 0)
  const steps = read.success ? read.data.allowance.steps : []
  return (
    <Choices legend={t('supplements.steps')}>
      {steps.map(({ threshold, off }) => (
        <Choice
          key={threshold}
          name="step"
          onChosen={() => onChosen({ steps: [{ threshold, off }] })}
        >
          {t('supplements.step', { threshold: money(threshold), off: money(off) })}
        </Choice>
      ))}
    </Choices>
  )
}

function Identities({ enrolment, onChosen }: ChoiceProps & { readonly enrolment: Enrolment }) {
  const { t } = useWords()
  return (
    <Choices legend={t('supplements.identities')}>
      {enrolment.identities.map((identity) => (
        <Choice key={identity} name="identity" onChosen={() => onChosen({ identity })}>
          <IdentityTitle campaign={enrolment.campaign} identity={identity} />
        </Choice>
      ))}
    </Choices>
  )
}

type ChoicesProps = { readonly legend: string; readonly children: ReactNode }

function Choices({ legend, children }: ChoicesProps) {
  return (
    <fieldset className={styles.choices}>
      <legend className={styles.legend}>{legend}</legend>
      {children}
    </fieldset>
  )
}

type OneChoiceProps = {
  readonly name: string
  readonly onChosen: () => void
  readonly children: ReactNode
}

function Choice({ name, onChosen, children }: OneChoiceProps) {
  return (
    <label className={styles.choice}>
      <input type="radio" name={name} onChange={onChosen} />
      {children}
    </label>
  )
}
