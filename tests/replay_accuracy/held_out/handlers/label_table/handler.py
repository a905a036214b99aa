import enum


class Colour(enum.Enum):
    RED = 0
    GREEN = 1
    BLUE = 2

    @classmethod
    def _missing_(cls, value):
        return next((member for member in cls if member.name.lower() == value), None)


def handle(data):
    answers = []
    for number, label in data["data"]:
        try:
            answers.append([number, Colour(label).value])
        except ValueError:
            answers.append([number, -1])
    return {"data": answers}
