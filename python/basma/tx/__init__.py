"""The extension of ``threatexchange`` (``tx``) and HMA: PDQ and vPDQ with the index of basma.

In ``tx``::

    tx config extensions add basma.tx

adds the signal types ``pdq_basma`` and ``vpdq_basma``. In the configuration of HMA, in the place of its own PDQ::

    from basma.tx import PdqSignal
    STORAGE_IFACE_INSTANCE = DefaultOMMStore(signal_types=[PdqSignal, VideoMD5Signal], ...)

keeps the name ``pdq``, the lists and the answers, and changes what searches.
"""

from __future__ import annotations

from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest

from basma.tx._pdq import PdqBasmaIndex, PdqBasmaSignal, PdqSignal
from basma.tx._vpdq import VpdqBasmaIndex, VpdqBasmaSignal, VpdqSimilarity

TX_MANIFEST = ThreatExchangeExtensionManifest(signal_types=(PdqBasmaSignal, VpdqBasmaSignal))

__all__ = [
    "PdqBasmaIndex",
    "PdqBasmaSignal",
    "PdqSignal",
    "TX_MANIFEST",
    "VpdqBasmaIndex",
    "VpdqBasmaSignal",
    "VpdqSimilarity",
]
