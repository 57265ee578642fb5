import { useMutation, useQueryClient } from '@tanstack/react-query'
import { putJson } from '#web/kit/api.ts'
import { Button } from '#web/kit/button.tsx'
import { useWords } from '#web/i18n/words.ts'
import { useMerchantId } from '#web/merchant/frame/shop-context.ts'
import { merchantPath, TicketSchema, type Ticket } from '#web/merchant/tickets/resources.ts'
import { useProblemText } from '#web/member/club/problem-text.ts'
import parts from '#web/merchant/parts/parts.module.css'
import styles from './ticket-sheet.module.css'

/** How satisfied the merchant is with a ticket that is closed: said once. */
export function Judge({ ticket }: { readonly ticket: Ticket }) {
  const { t } = useWords()
  const problemText = useProblemText()
  const merchantId = useMerchantId()
  const queries = useQueryClient()
  const judging = useMutation({
    mutationFn: async (satisfaction: number) => {
      const path = merchantPath(merchantId, 'tickets', ticket.ticketId, 'satisfaction')
      return await putJson(path, TicketSchema, { satisfaction })
    },
    onSuccess: async () =>
      await queries.invalidateQueries({ queryKey: ['merchant', merchantId, 'tickets'] }),
  })
  if (ticket.satisfaction !== undefined) {
    return <p className={styles.chosen}>{t('tickets.judged', { stars: ticket.satisfaction })}</p>
  }
  return (
    <fieldset className={styles.judge} aria-label={t('tickets.judge')}>
      <p>{t('tickets.judge')}</p>
      <div className={styles.stars}>
        {[1, 2, 3, 4, 5].map((stars) => (
          <Button
            key={stars}
            disabled={judging.isPending}
            aria-label={t('tickets.stars', { count: stars })}
            onClick={() => judging.mutate(stars)}
          >
            {stars}
          </Button>
        ))}
      </div>
      {judging.isError && (
        <p className={parts.fault} role="alert">
          {problemText(judging.error)}
        </p>
      )}
    </fieldset>
  )
}
