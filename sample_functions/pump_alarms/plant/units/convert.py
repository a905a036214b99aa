"""Conversions: every unit as factor and offset to the first one of its quantity."""

PRESSURE = {"bar": (1.0, 0.0), "kPa": (0.01, 0.0), "psi": (0.0689476, 0.0)}
TEMPERATURE = {"degC": (1.0, 0.0), "degF": (5 / 9, -160 / 9), "K": (1.0, -273.15)}


def to_unit(value, unit, wanted):
    for quantity in (PRESSURE, TEMPERATURE):
        if unit in quantity and wanted in quantity:
            factor, offset = quantity[unit]
            wanted_factor, wanted_offset = quantity[wanted]
            return (value * factor + offset - wanted_offset) / wanted_factor
    raise ValueError(f"no conversion from {unit} to {wanted}")
