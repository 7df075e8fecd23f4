import { varies } from './plausible.ts'
import type { Rule } from './rule.ts'

/** Credentials of services that coding agents are commonly given. */
export const SERVICE_RULES: readonly Rule[] = [
  {
    // https://docs.slack.dev/authentication/tokens
    id: 'slack-token',
    title: 'Slack token',
    literals: ['xoxa-', 'xoxb-', 'xoxc-', 'xoxd-', 'xoxe-', 'xoxe.xox', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    pattern: /x(?:oxe\.xo)?(?:ox[a-z]|x[a-z]|app)-[A-Za-z0-9%-]{20,400}/y,
    accept: varies,
  },
  {
    id: 'slack-webhook',
    title: 'Slack incoming webhook',
    literals: ['hooks.slack.com/'],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9+/]{30,80})/y,
    accept: varies,
  },
  {
    // https://docs.discord.com/developers/resources/webhook
    id: 'discord-webhook',
    title: 'Discord webhook',
    literals: ['/api/webhooks/'],
    pattern: /\/api\/webhooks\/[0-9]{17,20}\/(?<secret>[A-Za-z0-9_-]{60,72})/y,
    accept: varies,
  },
  {
    // https://docs.stripe.com/keys
    id: 'stripe-key',
    title: 'Stripe secret key',
    literals: ['sk_live_', 'sk_test_', 'rk_live_', 'rk_test_'],
    pattern: /[sr]k_(?:live|test)_[A-Za-z0-9]{20,250}(?![A-Za-z0-9])/y,
    accept: varies,
  },
  {
    id: 'stripe-webhook-secret',
    title: 'Stripe webhook signing secret',
    literals: ['whsec_'],
    pattern: /whsec_[A-Za-z0-9+/]{32,64}(?![A-Za-z0-9+/])/y,
    accept: varies,
  },
  {
    // https://platform.openai.com/docs/api-reference/authentication
    id: 'openai-key',
    title: 'OpenAI API key',
    literals: ['sk-proj-', 'sk-svcacct-', 'sk-admin-'],
    pattern: /sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,250}/y,
    accept: varies,
  },
  {
    // https://platform.claude.com/docs/en/api/overview
    id: 'anthropic-key',
    title: 'Anthropic API key or token',
    literals: ['sk-ant-'],
    pattern: /sk-ant-[a-z]{2,8}[0-9]{2}-[A-Za-z0-9_-]{60,200}/y,
    accept: varies,
  },
  {
    id: 'openrouter-key',
    title: 'OpenRouter API key',
    literals: ['sk-or-v1-'],
    pattern: /sk-or-v1-[a-f0-9]{64}(?![a-f0-9])/y,
    accept: varies,
  },
  {
    // https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
    id: 'sendgrid-key',
    title: 'SendGrid API key',
    literals: ['SG.'],
    pattern: /SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/y,
    accept: varies,
  },
  {
    // https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
    id: 'atlassian-token',
    title: 'Atlassian API token',
    literals: ['ATATT3xFf', 'ATCTT3xFf'],
    pattern: /AT[AC]TT3xFf[A-Za-z0-9_=-]{100,250}/y,
    accept: varies,
  },
  {
    id: 'sentry-token',
    title: 'Sentry token',
    literals: ['sntrys_', 'sntryu_'],
    pattern: /sntry(?:s_eyJ[A-Za-z0-9+/=_-]{40,600}|u_[a-f0-9]{64})/y,
    accept: varies,
  },
  {
    id: 'supabase-token',
    title: 'Supabase access token',
    literals: ['sbp_'],
    pattern: /sbp_[a-f0-9]{40}(?![a-f0-9])/y,
    accept: varies,
  },
  {
    id: 'postman-key',
    title: 'Postman API key',
    literals: ['PMAK-'],
    pattern: /PMAK-[a-f0-9]{24}-[a-f0-9]{34}(?![a-f0-9])/y,
    accept: varies,
  },
]
