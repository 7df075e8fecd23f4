import { mixesDigits, varies } from './plausible.ts'
import type { Rule } from './rule.ts'

/** Credentials of clouds and of tools that hold the keys of clouds. */
export const CLOUD_RULES: readonly Rule[] = [
  {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    id: 'aws-access-key-id',
    title: 'AWS access key id',
    literals: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /A(?:KIA|SIA|BIA|CCA)[A-Z2-7]{16}(?![A-Za-z0-9])/y,
    wordStart: true,
    // The keys of AWS's own manuals end so.
    accept: (id) => varies(id) && !id.endsWith('EXAMPLE'),
  },
  {
    id: 'aws-secret-access-key',
    title: 'AWS secret access key',
    literals: ['secret_access_key', 'secretaccesskey', 'secret-access-key', 'aws_secret_key', 'awssecretkey'],
    pattern:
      /[a-z_-]{12,17}["'`\]]{0,2}\s{0,8}(?:=>|:=|[=:,>])\s{0,8}["'`]?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/iy,
    ignoreCase: true,
    accept: (key) => mixesDigits(key) && !key.endsWith('EXAMPLEKEY'),
  },
  {
    // https://cloud.google.com/docs/authentication/api-keys
    id: 'google-api-key',
    title: 'Google API key',
    literals: ['AIza'],
    pattern: /AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/y,
    wordStart: true,
    accept: varies,
  },
  {
    id: 'google-oauth-secret',
    title: 'Google OAuth client secret',
    literals: ['GOCSPX-'],
    pattern: /GOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/y,
    accept: varies,
  },
  {
    id: 'google-oauth-token',
    title: 'Google OAuth access token',
    literals: ['ya29.'],
    pattern: /ya29\.[A-Za-z0-9_-]{50,1000}/y,
    accept: varies,
  },
  {
    // https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
    id: 'azure-account-key',
    title: 'Azure storage account key',
    literals: ['accountkey=', 'sharedaccesskey='],
    pattern: /(?:account|sharedaccess)key=(?<secret>[A-Za-z0-9+/]{42,86}={1,2})/iy,
    ignoreCase: true,
    accept: varies,
  },
  {
    // https://docs.digitalocean.com/reference/api/create-personal-access-token/
    id: 'digitalocean-token',
    title: 'DigitalOcean token',
    literals: ['dop_v1_', 'doo_v1_', 'dor_v1_'],
    pattern: /do[opr]_v1_[a-f0-9]{64}(?![a-f0-9])/y,
    accept: varies,
  },
  {
    // https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens
    id: 'terraform-token',
    title: 'Terraform Cloud token',
    literals: ['.atlasv1.'],
    pattern: /\.atlasv1\.[A-Za-z0-9_=-]{60,70}/y,
    accept: varies,
  },
  {
    id: 'heroku-token',
    title: 'Heroku API key',
    literals: ['HRKU-AA'],
    pattern: /HRKU-AA[A-Za-z0-9_-]{58}(?![A-Za-z0-9_-])/y,
    accept: varies,
  },
  {
    id: 'pulumi-token',
    title: 'Pulumi access token',
    literals: ['pul-'],
    pattern: /pul-[a-f0-9]{40}(?![a-f0-9])/y,
    accept: varies,
  },
]
