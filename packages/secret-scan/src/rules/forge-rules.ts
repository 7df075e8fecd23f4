import { mixesDigits, varies } from './plausible.ts'
import type { Rule } from './rule.ts'

/** Credentials of forges and of the registries to which their projects publish. */
export const FORGE_RULES: readonly Rule[] = [
  {
    // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    id: 'github-token',
    title: 'GitHub token',
    literals: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'],
    pattern: /gh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9])/y,
    accept: varies,
  },
  {
    id: 'github-fine-grained-token',
    title: 'GitHub fine-grained token',
    literals: ['github_pat_'],
    pattern: /github_pat_[A-Za-z0-9_]{36,255}(?![A-Za-z0-9_])/y,
    accept: varies,
  },
  {
    // https://github.blog/changelog/2026-04-24-notice-about-upcoming-new-format-for-github-app-installation-tokens/
    id: 'github-app-token',
    title: 'GitHub App installation token',
    literals: ['ghs_'],
    pattern: /ghs_[0-9]{1,20}_eyJ[A-Za-z0-9_-]{10,1000}\.[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,1000}/y,
    accept: varies,
  },
  {
    // https://docs.gitlab.com/security/tokens/
    id: 'gitlab-token',
    title: 'GitLab token',
    literals: [
      'glpat-',
      'glptt-',
      'gldt-',
      'glrt-',
      'glcbt-',
      'glft-',
      'glimt-',
      'glagent-',
      'gloas-',
      'glsoat-',
      'glffct-',
    ],
    pattern: /gl[a-z]{2,6}-[A-Za-z0-9_.-]{20,300}/y,
    accept: varies,
  },
  {
    id: 'gitlab-runner-registration',
    title: 'GitLab runner registration token',
    literals: ['GR1348941'],
    pattern: /GR1348941[A-Za-z0-9_-]{20}(?![A-Za-z0-9_-])/y,
    accept: varies,
  },
  {
    // https://github.blog/security/supply-chain-security/introducing-even-more-security-enhancements-to-npm/
    id: 'npm-token',
    title: 'npm access token',
    literals: ['npm_'],
    pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y,
    accept: mixesDigits,
  },
  {
    // https://docs.npmjs.com/cli/configuring-npm/npmrc
    id: 'npmrc-credential',
    title: 'registry credential of an .npmrc',
    literals: ['_authToken', '_auth=', '_auth =', '_password'],
    pattern: /_(?:authToken|auth|password)\s{0,4}=\s{0,4}"?(?<secret>[A-Za-z0-9+/=_.-]{16,400})/y,
    accept: mixesDigits,
  },
  {
    // https://docs.pypi.org/api/secrets/
    id: 'pypi-token',
    title: 'PyPI upload token',
    literals: ['pypi-AgE'],
    pattern: /pypi-AgE[A-Za-z0-9_-]{50,1000}/y,
    accept: varies,
  },
  {
    // https://guides.rubygems.org/api-key-scopes/
    id: 'rubygems-token',
    title: 'RubyGems API key',
    literals: ['rubygems_'],
    pattern: /rubygems_[a-f0-9]{48}(?![a-f0-9])/y,
    accept: varies,
  },
]
