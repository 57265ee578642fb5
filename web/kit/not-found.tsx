import { Link } from '@tanstack/react-router'
import { useWords } from '#web/i18n/words.ts'
import { buttonClass } from '#web/kit/button.tsx'
import { Notice } from '#web/kit/notice.tsx'

/** The page at an address where there is none. */
export function NotFound() {
  const { t } = useWords()
  return (
    <main>
      <Notice isPage icon="alert" title={t('notFound.title')} text={t('notFound.text')}>
        <Link to="/member" className={buttonClass('plain')}>
          {t('notFound.home')}
        </Link>
      </Notice>
    </main>
  )
}
