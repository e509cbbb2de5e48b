// imip-person-outgoing: a copy of mail sent by a person.
import { loadFront } from './load-front.ts'

loadFront().startAgent('imip-person-outgoing')
