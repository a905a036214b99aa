"""Yesterday's key figures of pumps: hours in operation and specific energy, from hourly averages."""

from cognite.client.data_classes import EventWrite, ExtractionPipelineRunWrite, RowWrite

PIPELINE = "pump-kpi"
LIMIT_KWH_PER_M3 = 0.6


def handle(client, data):
    pumps = data.get("pumps", ["21-PA-001", "21-PA-002"])
    figures = {pump: figures_of(client, pump) for pump in pumps}
    rows = [RowWrite(pump, columns) for pump, columns in figures.items()]
    client.raw.rows.insert("kpi", "pumps", rows, ensure_parent=True)
    poor = {pump: found for pump, found in figures.items() if found["kwh_per_m3"] > LIMIT_KWH_PER_M3}
    if poor:
        client.events.upsert([alarm(pump, found) for pump, found in poor.items()])
    client.extraction_pipelines.runs.create(
        ExtractionPipelineRunWrite(
            extpipe_external_id=PIPELINE, status="success", message=f"{len(figures)} pumps, {len(poor)} poor"
        )
    )
    return {"pumps": figures, "poor": sorted(poor)}


def figures_of(client, pump):
    frame = client.time_series.data.retrieve_dataframe(
        external_id=[f"{pump}:power", f"{pump}:flow"],
        start="1d-ago",
        end="now",
        aggregates="average",
        granularity="1h",
    )
    frame.columns = ["kw", "m3_per_h"]
    running = frame[frame["kw"] > 1.0]
    print(f"{pump}: {len(frame)} hours, {len(running)} in operation")
    volume = float(running["m3_per_h"].sum())
    return {
        "hours": len(running),
        "m3": round(volume, 1),
        "kwh_per_m3": round(float(running["kw"].sum()) / volume, 3) if volume else 0.0,
    }


def alarm(pump, found):
    return EventWrite(
        external_id=f"pump-kpi:{pump}",
        type="kpi",
        subtype="specific-energy",
        description=f"{pump} needs {found['kwh_per_m3']} kWh/m3, more than {LIMIT_KWH_PER_M3}",
        metadata={"pump": pump, "hours": str(found["hours"])},
    )
