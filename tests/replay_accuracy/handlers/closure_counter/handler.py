def make_labeller(prefix):
    used = 0

    def label(text):
        nonlocal used
        used = used + 1
        return "{}{:03d}-{}".format(prefix, used, text)

    return label


label = make_labeller("L")


def handle(data):
    return {"data": [[r[0], label(r[1])] for r in data["data"]]}
