/** What `refward init` needs to know. Nothing is checked yet: the text is read back by the parser of the configuration. */
export interface InitAnswers {
  readonly url: string
  readonly kind: string
  readonly name: string
  /** `owner/name` each. */
  readonly repositories: readonly string[]
  readonly source: { readonly kind: 'env'; readonly variable: string } | { readonly kind: 'file'; readonly path: string }
  readonly username?: string
  readonly listen?: string
}

/** The smallest configuration that does the main job. Its first line lets editors complete and check it. */
export function renderFirstConfig(answers: InitAnswers, schema: string): string {
  const { source, username, listen, name } = answers
  const credential = source.kind === 'env' ? `env: ${scalar(source.variable)}` : `file: ${scalar(source.path)}`
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    'version: 1',
    ...(listen === undefined ? [] : [`listen: ${scalar(listen)}`]),
    'forges:',
    `  ${scalar(name)}:`,
    `    kind: ${scalar(answers.kind)}`,
    `    url: ${scalar(answers.url)}`,
    '    credential:',
    `      ${credential}`,
    ...(username === undefined ? [] : [`      username: ${scalar(username)}`]),
    'repositories:',
    ...answers.repositories.flatMap((repository) => [`  ${scalar(`${name}/${repository}`)}:`, '    read: ["*"]', '    push: ["*"]']),
  ]
  return `${lines.join('\n')}\n`
}

/** Plain where YAML reads the word as itself, quoted as JSON (which YAML contains) where it might not. */
function scalar(text: string): string {
  const plain = /^[A-Za-z][A-Za-z0-9._/-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return plain || /^https?:\/\/[A-Za-z0-9.:/_-]+$/.test(text) ? text : JSON.stringify(text)
}
