import type { ComponentProps } from 'react'
import styles from './button.module.css'

type ButtonProps = ComponentProps<'button'> & {
  /** `strong`: what the page is for, once; `plain`: everything else; `quiet`: in a bar of the page. */
  readonly look?: 'strong' | 'plain' | 'quiet'
}

/** A button at least 44 px high. */
export function Button({ look = 'plain', className = '', ...rest }: ButtonProps) {
  return (
    <button type="button" className={`${styles.button} ${styles[look]} ${className}`} {...rest} />
  )
}
