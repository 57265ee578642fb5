import type { ComponentProps } from 'react'
import styles from './button.module.css'

/** `strong`: what the page is for, once; `plain`: everything else; `quiet`: in a bar of the page. */
export type ButtonLook = 'strong' | 'plain' | 'quiet'

type ButtonProps = ComponentProps<'button'> & { readonly look?: ButtonLook }

/** A button at least 44 px high. */
export function Button({ look = 'plain', ...rest }: ButtonProps) {
  return <button type="button" className={buttonClass(look)} {...rest} />
}

/** The class of a link that looks like a button. */
export function buttonClass(look: ButtonLook): string {
  return `${styles.button} ${styles[look]}`
}
