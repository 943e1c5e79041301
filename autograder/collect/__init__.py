"""Taking in a class's files as platforms hand them over.

``unpack`` finds every file (``archives`` opens them, ``limits`` stops bombs, ``names`` makes their names harmless),
``profiles`` and ``people`` find out whose it is, ``recognise`` which lab it answers, ``attempts`` which one counts;
``collector`` puts this together and is the only one that writes; ``log`` is what it remembers.
"""

from .attempts import Policy
from .collector import Options, Report, collect
from .log import Record, State
from .profiles import custom_profile, load_profiles

__all__ = ["Options", "Policy", "Record", "Report", "State", "collect", "custom_profile", "load_profiles"]
