import { isBasicCredential, isPassword, mixesDigits, varies } from './plausible.ts'
import type { Rule } from './rule.ts'

/** Credentials without a form of their own: known by what stands before them. */
export const ASSIGNMENT_RULES: readonly Rule[] = [
  {
    // Gitea, Forgejo and many others issue 40 hex digits.
    id: 'token-assignment',
    title: 'token of 40 hex digits',
    literals: ['token', 'secret', 'password', 'passwd', 'api_key', 'apikey', 'api-key', 'access_key', 'access-key'],
    pattern:
      /(?:token|secret|password|passwd|a(?:pi|ccess)[_-]?key)[a-z0-9_-]{0,24}["'`\])]{0,2}\s{0,4}(?:=>|:=|[=:])\s{0,4}["'`]?(?:(?:token|bearer) )?(?<secret>[0-9a-f]{40})(?![0-9a-z])/iy,
    ignoreCase: true,
    accept: varies,
  },
  {
    // RFC 9110 section 11.6.2
    id: 'authorization-header',
    title: 'credential of an Authorization header',
    literals: ['authorization'],
    pattern:
      /authorization["'`\])]{0,2}\s{0,4}[=:,]\s{0,4}["'`]?(?:bearer|token)\s{1,4}(?<secret>[A-Za-z0-9+/_.~=-]{20,2000})/iy,
    ignoreCase: true,
    accept: mixesDigits,
  },
  {
    // RFC 7617
    id: 'basic-authorization-header',
    title: 'password of an Authorization header',
    literals: ['authorization'],
    pattern: /authorization["'`\])]{0,2}\s{0,4}[=:,]\s{0,4}["'`]?basic\s{1,4}(?<secret>[A-Za-z0-9+/]{12,2000}={0,2})/iy,
    ignoreCase: true,
    accept: isBasicCredential,
  },
  {
    // RFC 3986 section 3.2.1
    id: 'url-password',
    title: 'password in a URL',
    literals: ['://'],
    pattern:
      /:\/\/[^\s/:@"'`<>(){}[\]\\]{0,64}:(?<secret>[^\s/:@"'`<>(){}[\]\\$*]{8,256})(?=@(?!localhost|127\.|example\.)[A-Za-z0-9._-]{1,255})/y,
    accept: isPassword,
  },
  {
    // https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
    id: 'netrc-password',
    title: 'password of a .netrc',
    literals: ['machine '],
    pattern: /machine\s{1,8}[^\s]{1,255}\s{1,8}login\s{1,8}[^\s]{1,255}\s{1,8}password\s{1,8}(?<secret>[^\s]{8,400})/y,
    accept: isPassword,
  },
  {
    // https://docs.docker.com/reference/cli/docker/login/#credential-stores
    id: 'docker-config-auth',
    title: 'registry password of a docker configuration',
    literals: ['"auth"'],
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9+/]{12,2000}={0,2})(?=")/y,
    accept: isBasicCredential,
  },
]
