"""Print how many wrong calls of each public function are tested to be refused.

python -m tools.wrong_arguments
"""

import re
from collections import Counter

from tests.contract.wrong_arguments import WRONG_CALLS

if __name__ == "__main__":
    counts = Counter(re.match(r"[\w.]+", wrong.call)[0] for wrong in WRONG_CALLS)  # type: ignore[index]  # every call
    for function, count in sorted(counts.items()):
        print(f"{count:>5}  {function}")
    print(f"{len(WRONG_CALLS):>5}  in all")
