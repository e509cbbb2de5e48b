// One input of whatever kind; throws where it has shown what must never be.
import { join } from 'node:path'
import type { Conversation, Corpus } from './corpus.ts'
import { expectThat } from './finding.ts'
import type { FuzzInput } from './input.ts'
import { playCalendar } from './play-calendar.ts'
import { type PlayOptions, playConversation } from './play-conversation.ts'
import { playDialogue } from './play-dialogue.ts'
import { playConfiguration, playPreferences } from './play-settings.ts'

export async function playInput(
  { kind, seed, isCompared, texts }: FuzzInput,
  corpus: Corpus,
  { folder, watch }: Pick<PlayOptions, 'folder' | 'watch'>,
): Promise<void> {
  const conversation: Conversation = corpus.conversations[seed] ?? { name: 'nobody', arrivals: [] }
  const place = join(folder, 'play')
  switch (kind) {
    case 'conversation': {
      const inMemory = await playConversation(conversation, texts, { store: 'memory', folder: place, watch })
      if (!isCompared) return
      const inFiles = await playConversation(conversation, texts, { store: 'file', folder: place, watch })
      const differing = inMemory.findIndex((line, index) => line !== inFiles[index])
      expectThat(
        differing < 0 && inMemory.length === inFiles.length,
        `the stores differ: ${inMemory[differing]?.slice(0, 200)} | ${inFiles[differing]?.slice(0, 200)}`,
      )
      return
    }
    case 'calendar':
      return watch(async () => playCalendar(Buffer.from(texts[0] ?? '', 'latin1').toString('utf8')))
    case 'preferences':
      return playPreferences(conversation, texts, { store: 'memory', folder, watch })
    case 'configuration':
      return watch(async () => playConfiguration(texts[0] ?? '', folder))
    case 'dialogue':
      return watch(() => playDialogue(texts))
  }
}
