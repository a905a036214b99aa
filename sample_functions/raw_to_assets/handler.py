"""Equipment and work orders that an extractor put into RAW become assets below their site, and events on them."""

from cognite.client.data_classes import AssetWrite, EventWrite

DATABASE = "maintenance"
SITE = "NO-STV"


def handle(client, data):
    site = data.get("site", SITE)
    equipment = client.raw.rows.list(DATABASE, "equipment", limit=None)
    orders = client.raw.rows.list(DATABASE, "work_orders", limit=None)
    known = set_up_assets(client, site, equipment)
    new, skipped = [], []
    for order in orders:
        tag = order.columns.get("tag")
        (new if tag in known else skipped).append(order)
    written = write_events(client, known, new)
    print(f"{len(known)} assets, {written} new events")
    return {"assets": len(known), "events": written, "orders_without_equipment": [order.key for order in skipped]}


def set_up_assets(client, site, equipment):
    """External id -> id, of the site and everything below it; what is there already is left alone."""
    wanted = {site: AssetWrite(external_id=site, name=site)}
    for row in equipment:
        wanted[row.key] = AssetWrite(
            external_id=row.key,
            name=row.columns["name"],
            parent_external_id=row.columns.get("parent") or site,
            metadata={"source": "SAP", "class": row.columns.get("class", "")},
        )
    there = client.assets.retrieve_multiple(external_ids=list(wanted), ignore_unknown_ids=True)
    known = {asset.external_id: asset.id for asset in there}
    missing = [asset for name, asset in wanted.items() if name not in known]
    if missing:
        created = client.assets.create_hierarchy(missing)
        known.update({asset.external_id: asset.id for asset in created})
    return known


def write_events(client, known, orders):
    ids = [f"order:{order.key}" for order in orders]
    there = client.events.retrieve_multiple(external_ids=ids, ignore_unknown_ids=True) if ids else []
    old = {event.external_id for event in there}
    events = [
        EventWrite(
            external_id=f"order:{order.key}",
            type="work order",
            subtype=order.columns["kind"],
            description=order.columns["text"],
            asset_ids=[known[order.columns["tag"]]],
            start_time=int(order.columns["start"]),
        )
        for order in orders
        if f"order:{order.key}" not in old
    ]
    if events:
        client.events.create(events)
    return len(events)
