"""Wells from RAW into a data model. What is copied stands in the configuration of its extraction pipeline."""

import yaml
from cognite.client.data_classes import ExtractionPipelineRunWrite
from cognite.client.data_classes.data_modeling import NodeApply, NodeOrEdgeData, ViewId

PIPELINE = "well-sync"


def handle(client):
    config = yaml.safe_load(client.extraction_pipelines.config.retrieve(PIPELINE).config)
    try:
        changed, total = sync(client, config)
    except Exception as error:
        report(client, "failure", f"{type(error).__name__}: {error}"[:1000])
        raise
    report(client, "success", f"{changed} of {total} wells changed")
    return {"wells": total, "changed": changed}


def sync(client, config):
    rows = client.raw.rows.list(config["database"], config["table"], limit=None)
    view = ViewId(config["space"], "Well", config["version"])
    nodes = [
        NodeApply(
            space=config["space"],
            external_id=row.key,
            sources=[NodeOrEdgeData(view, properties_of(row.columns, config["columns"]))],
        )
        for row in rows
    ]
    result = client.data_modeling.instances.apply(nodes)
    changed = sum(node.was_modified for node in result.nodes)
    print(f"{changed} of {len(nodes)} wells changed")
    return changed, len(nodes)


def properties_of(columns, names):
    return {name: columns[column] for name, column in names.items() if columns.get(column) is not None}


def report(client, status, message):
    client.extraction_pipelines.runs.create(
        ExtractionPipelineRunWrite(extpipe_external_id=PIPELINE, status=status, message=message)
    )
