"""Words for texts to search: familiar ones of both languages, in many texts, and thousands that are in few."""

from __future__ import annotations

import random

_ENGLISH = """
model data open evaluation safety benchmark research training language science climate education energy policy
community standard software dataset agent tool platform health material weather speech translation privacy
license governance measure quality robust fairness accelerator hardware learning course teacher student
university industry library framework pipeline document question answer knowledge search image video signal
protein chemistry physics agriculture water forest satellite finance economy transport city factory network
"""
_FRENCH = """
modèle données évaluation sûreté référence recherche entraînement langue climat éducation énergie politique
communauté norme logiciel société équité santé matériau météo traduction confidentialité licence qualité
robustesse accélérateur matériel apprentissage élève université bibliothèque réseau document réponse
connaissance mémoire vidéo protéine chimie agriculture forêt économie transport usine système école énoncé
théorie génétique mécanique stratégie sécurité numérique résilience synthèse hypothèse étude région océan
"""
FAMILIAR = {"en": _ENGLISH.split(), "fr": _FRENCH.split()}
_BEGINNINGS = "bra cor del fen gal hir jon kel lum mar nor pel qui ros sta tor ulm ver wil zan"
_MIDDLES = """a e i o u ar en il on us ta ri lo mé né"""
_ENDINGS = """bine cal dor fex gan ique lith mine nov phore ron sence tion vance xyl"""


def rare_words(chance: random.Random, count: int) -> list[str]:
    """Make words up, each another one."""
    beginnings, middles, endings = _BEGINNINGS.split(), _MIDDLES.split(), _ENDINGS.split()
    words: dict[str, None] = {}
    while len(words) < count:
        middle = "".join(chance.choice(middles) for _ in range(chance.randint(1, 3)))
        words[chance.choice(beginnings) + middle + chance.choice(endings)] = None
    return list(words)


def sentence(chance: random.Random, rare: list[str], language: str, length: int) -> str:
    """Write words as texts have them: a few everywhere, most seldom."""
    familiar = FAMILIAR[language]
    words = [
        familiar[min(int(chance.expovariate(0.06)), len(familiar) - 1)]
        if chance.random() < 0.6
        else chance.choice(rare)
        for _ in range(length)
    ]
    return " ".join(words).capitalize()
