"""``unitExternalId``: what can be no unit of the platform's catalogue is refused.

A time series must refer to a unit of the catalogue [changelog of cognite-sdk]. The catalogue has several hundred units
and grows, and is not here: refused is what is not ``quantity:unit`` [docs: units], and a quantity that is nearly one of
those that the catalogue's unit systems list. Any other is let through, also where the platform knows no such unit.
"""

from __future__ import annotations

from fn_emulator.cdf.contract import bad_request

QUANTITIES = (
    *("acceleration", "amount_of_substance", "amount_of_substance_per_unit_volume", "angle", "angle_per_length"),
    *("angular_acceleration", "angular_velocity", "api_gravity", "area", "areal_density", "attenuation", "capacitance"),
    *("density", "dimensionless", "dimensionless_ratio", "dynamic_viscosity", "electric_current", "energy"),
    *("electric_current_rate", "electric_potential", "energy_density", "energy_per_area", "force", "frequency"),
    *("gas_liquid_ratio", "inductance", "inverse_length", "kinematic_viscosity", "length", "linear_density"),
    *("liquid_gas_ratio", "magnetic_field", "mass", "mass_concentration", "mass_flow_rate", "permeability", "power"),
    *("power_per_area", "powerspectraldensity", "powerspectrum", "pressure", "pressure_gradient", "radioactivity"),
    *("reactive_power", "reservoir_volume_flow_rate", "resistance", "resistivity", "standard_volume", "temperature"),
    *("surface_tension", "temperature_gradient", "time", "torque", "unknown", "velocity", "volume", "volume_fraction"),
    *("volume_flow_rate", "volume_per_time_per_pressure"),
)
"""What stands before the colon [units-catalog: ``unitSystems.json``]."""

ALIKE = 0.85
"""How alike two names are, from 0 to 1, for one to be a typo of the other."""


def check_unit(unit: str) -> None:
    """Do nothing if a text may be the external id of a unit.

    Raises:
        CdfError: 400, with the near miss where there is one.
    """
    quantity, _, name = unit.partition(":")
    if quantity in QUANTITIES and name:
        return
    if not quantity or not name:
        raise bad_request(f"unitExternalId {unit!r} is no unit: they are quantity:unit, such as temperature:deg_c.")
    from difflib import get_close_matches

    close = get_close_matches(quantity.lower(), QUANTITIES, n=1, cutoff=ALIKE)
    if close:
        raise bad_request(f"unitExternalId {unit!r} is no unit. Did you mean '{close[0]}:{name}'?")
