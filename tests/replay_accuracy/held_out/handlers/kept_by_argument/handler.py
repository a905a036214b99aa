from types import SimpleNamespace

sampling = SimpleNamespace(vowels=frozenset("aeiou"))


def keep(letter):
    return letter not in sampling.vowels


def handle(data):
    return {"data": [[row[0], row[1] if keep(row[1]) else None] for row in data["data"]]}
