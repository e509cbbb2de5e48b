// imip-resource: mail arriving for a resource.
import { loadFront } from './load-front.ts'

loadFront().startAgent('imip-resource')
