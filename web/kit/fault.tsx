import { Button } from '#web/kit/button.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { ApiError } from '#web/kit/api.ts'
import { useWords } from '#web/i18n/words.ts'

type FaultProps = {
  readonly error: unknown
  readonly retry: () => void
  /** There is nothing else on the page. */
  readonly isPage?: boolean
}

/** Says what went wrong with a request, in the server's own title, and offers to try again. */
export function Fault({ error, retry, isPage = false }: FaultProps) {
  const { t } = useWords()
  const reason = error instanceof ApiError ? error.reason : 'unreadable'
  const title = error instanceof ApiError && reason === 'refused' ? error.message : undefined
  return (
    <Notice
      icon={reason === 'unreachable' ? 'offline' : 'alert'}
      title={t(`faults.${reason}.title`)}
      text={title ?? t(`faults.${reason}.text`)}
      isFault
      isPage={isPage}
    >
      <Button onClick={retry}>{t('faults.retry')}</Button>
    </Notice>
  )
}
