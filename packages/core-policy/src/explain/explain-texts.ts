import type { RepositorySettings } from '../config/config.ts'
import { MAXIMUM_TEXT } from '../forge/text-checks.ts'
import type { ExplainedSetting } from './explanation.ts'

/** The settings by which titles, texts and comments are judged. */
export function explainTexts({ secrets, forge }: RepositorySettings): readonly ExplainedSetting[] {
  const { line, text } = MAXIMUM_TEXT
  const exceptions = secrets.exceptions.length === 0 ? '' : `, with ${secrets.exceptions.length} exceptions`
  const commands = forge.commands === 'allow' ? [] : [{ rule: 'forge.commands', message: 'no line may be a command to the forge or a bot, as /merge' }]
  return [
    { rule: 'secrets', message: `${secrets.scanner} looks for secrets in everything that is written${exceptions}` },
    { rule: 'forge.text', message: `a title has at most ${line} characters, a text ${text}, and neither has control characters` },
    ...commands,
  ]
}
