import { GitSettings } from './git-settings.ts'
import { runGit } from './run-git.ts'

/**
 * The configuration that counts in the current directory. To print it, git runs nothing that it names.
 *
 * @param leading options of git itself that say where, as `-C <path>`
 */
export async function readGitSettings(git: string, leading: readonly string[] = []): Promise<GitSettings> {
  return new GitSettings((await runGit(git, [...leading, 'config', '--list', '--show-scope', '--null'])) ?? '')
}
