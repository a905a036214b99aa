issued = []


def stamp(name):
    issued.append(name)
    return f"{name}:{len(issued)}"
