import { Outlet } from '@tanstack/react-router'
import { useWords } from '#web/i18n/words.ts'
import { MemberFrame } from '#web/member/member-frame.tsx'
import { MemberHome } from '#web/member/member-home.tsx'

/** What a member holds and how it came about; the routes below it open one entry over it. */
export function MemberPage() {
  const { t } = useWords()
  return (
    <MemberFrame title={t('member.pageTitle')}>
      <MemberHome />
      <Outlet />
    </MemberFrame>
  )
}
