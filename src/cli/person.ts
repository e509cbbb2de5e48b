// imip-person: mail arriving for a person.
import { loadFront } from './load-front.ts'

loadFront().startAgent('imip-person')
