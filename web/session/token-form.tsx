import { useState } from 'react'
import { Button } from '#web/kit/button.tsx'
import { useWords } from '#web/i18n/words.ts'
import styles from './token-form.module.css'

type TokenFormProps = {
  readonly isPending: boolean
  readonly onToken: (token: string) => void
}

/** Takes the token that the marketplace gave; the server keeps it in a cookie that scripts cannot read. */
export function TokenForm({ isPending, onToken }: TokenFormProps) {
  const { t } = useWords()
  const [token, setToken] = useState('')
  const [isMissing, setMissing] = useState(false)
  const submit = (): void => {
    const entered = token.trim()
    setMissing(entered === '')
    if (entered !== '') onToken(entered)
  }
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <label className={styles.label} htmlFor="token">
        {t('signIn.token')}
      </label>
      <input
        id="token"
        className={styles.input}
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={token}
        aria-invalid={isMissing}
        aria-describedby="token-help"
        onChange={(event) => setToken(event.target.value)}
      />
      <p id="token-help" className={isMissing ? styles.fault : styles.help}>
        {isMissing ? t('signIn.tokenMissing') : t('signIn.tokenHelp')}
      </p>
      <Button look="strong" type="submit" disabled={isPending}>
        {isPending ? t('signIn.pending') : t('signIn.submit')}
      </Button>
    </form>
  )
}
