/** See `_suite/pure-tests.ts`. */

import { loadPureTests } from './_suite/pure-tests.ts';

await loadPureTests();
