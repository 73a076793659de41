"""Print the n-th command of the README's quick start, so that CI runs what a newcomer types.

python3 tools/readme_command.py 2
"""

import re
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def quick_start_commands(text: str) -> list[str]:
    """The bodies of the ``sh`` fences under "Quick start", in order. Raises ValueError if the section is missing."""
    section = re.search(r"^## Quick start$(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    if section is None:
        raise ValueError('README.md has no section "## Quick start"')
    return [body.strip() for body in re.findall(r"^```sh\n(.*?)^```$", section[1], flags=re.MULTILINE | re.DOTALL)]


if __name__ == "__main__":
    print(quick_start_commands(README.read_text("utf-8"))[int(sys.argv[1]) - 1])
