import { Command, Option } from '@commander-js/extra-typings'
import { homeOption } from '#cli/home.ts'
import { StartError } from '#cli/postgres/start-error.ts'
import { roles } from '#http/auth/caller.ts'
import { openLocalIssuer } from '#http/auth/local-issuer.ts'
import { MemberIdSchema } from '#rules/fields.ts'

const longestHours = 24 * 90

/** `jifen token`: a signed token of this home's own issuer, on standard output. */
export function tokenCommand() {
  return new Command('token')
    .description('print a token for the API, signed by the key of the home folder')
    .addOption(new Option('--role <role>', 'what it allows').choices(roles).makeOptionMandatory())
    .option('--member <id>', 'the member it stands for; only and always with --role member')
    .option('--subject <name>', 'who is meant, for the books (default: the role or the member)')
    .option('--hours <hours>', 'how long it is valid', '1')
    .addOption(homeOption())
    .action(async ({ role, member, subject, hours, home }) => {
      const lifeSeconds = secondsOf(hours)
      if ((role === 'member') !== (member !== undefined)) {
        throw new StartError('--role member goes with --member ID, and no other role does.')
      }
      if (member !== undefined && !MemberIdSchema.safeParse(member).success) {
        throw new StartError('A member id has 1 to 64 characters of A-Z a-z 0-9 _ . : and -.')
      }

      const issuer = await openLocalIssuer(home)
      const claims = { role, subject: subject ?? member ?? role, memberId: member, lifeSeconds }
      process.stdout.write(`${await issuer.sign(claims)}\n`)
    })
}

function secondsOf(hours: string): number {
  const count = Number(hours)
  if (!(count > 0 && count <= longestHours)) {
    throw new StartError(`--hours is more than 0 and at most ${longestHours}, not ${hours}.`)
  }
  return Math.ceil(count * 3_600)
}
