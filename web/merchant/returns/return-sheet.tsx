import { useQuery } from '@tanstack/react-query'
import { Fault } from '#web/kit/fault.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { Sheet } from '#web/kit/sheet.tsx'
import { Skeleton } from '#web/kit/skeleton.tsx'
import { useWords } from '#web/i18n/words.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import { useShopId } from '#web/merchant/frame/shop-context.ts'
import { requestOfShopQuery } from '#web/merchant/returns/resources.ts'
import { ReturnTurns } from '#web/merchant/returns/return-turns.tsx'
import { RequestFacts, RequestStatus, RequestSteps } from '#web/member/returns/request-facts.tsx'
import type { ReturnRequest } from '#web/member/returns/resources.ts'
import card from '#web/member/club/card.module.css'
import parts from '#web/merchant/parts/parts.module.css'

type ReturnSheetProps = { readonly request: ReturnRequest; readonly onClosed: () => void }

/** One request: what is asked, what was done, and what the shop can do now. */
export function ReturnSheet({ request, onClosed }: ReturnSheetProps) {
  const { word } = useWords()
  const one = useQuery(requestOfShopQuery(useShopId(), request))
  return (
    <Sheet title={word('askedKinds', request.kind)} onClosed={onClosed}>
      {one.isError && <Fault error={one.error} retry={() => void one.refetch()} />}
      {one.isPending && <Skeleton height={12} />}
      {one.data !== undefined && (
        <div className={parts.sheet}>
          <Next request={one.data.request} />
          <RequestFacts request={one.data.request} />
          <ReturnTurns key={one.data.request.status} request={one.data.request} />
          <RequestSteps steps={one.data.steps} />
        </div>
      )}
    </Sheet>
  )
}

function Next({ request }: { readonly request: ReturnRequest }) {
  const { t, word } = useWords()
  const format = useFormat()
  const { waitsFor } = request
  if (waitsFor === undefined) {
    return (
      <div className={parts.next}>
        <RequestStatus request={request} />
      </div>
    )
  }
  return (
    <div className={parts.next}>
      <div className={parts.head}>
        <RequestStatus request={request} />
        <Countdown before={waitsFor.dueAt} />
      </div>
      <p className={parts.strong}>{word('askedWaits', waitsFor.what)}</p>
      <p>{t('returns.until', { at: format.exactTime(waitsFor.dueAt) })}</p>
      <p className={card.words}>{word('askedLapses', waitsFor.lapse)}</p>
    </div>
  )
}
