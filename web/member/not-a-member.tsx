import { buttonClass } from '#web/kit/button.tsx'
import { Notice } from '#web/kit/notice.tsx'
import { useWords } from '#web/i18n/words.ts'

/** What staff see here: they hold no points. */
export function NotAMember({ role }: { readonly role: string }) {
  const { t, word } = useWords()
  return (
    <Notice
      isPage
      icon="coin"
      title={t('notAMember.title', { role: word('roles', role) })}
      text={t('notAMember.text')}
    >
      <a href="/docs" className={buttonClass('plain')}>
        {t('notAMember.docs')}
      </a>
    </Notice>
  )
}
