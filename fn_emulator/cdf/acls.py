"""The capabilities that CDF knows and the actions of each, as cognite-sdk 8.22 lists them, less the old ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

ACTIONS: Mapping[str, str] = {
    "agentsAcl": "READ WRITE RUN",
    "analyticsAcl": "READ EXECUTE LIST",
    "annotationsAcl": "READ WRITE SUGGEST REVIEW",
    "appConfigAcl": "READ WRITE",
    "appHostingAcl": "READ WRITE RUN",
    "assetsAcl": "READ WRITE",
    "auditlogAcl": "READ",
    "chartsAdminAcl": "READ UPDATE DELETE",
    "cogUnitsAcl": "READ",
    "dataModelInstancesAcl": "READ WRITE WRITE_PROPERTIES",
    "dataModelsAcl": "READ WRITE",
    "dataProductsAcl": "CREATE READ UPDATE DELETE USE",
    "datasetsAcl": "READ WRITE OWNER",
    "diagramParsingAcl": "READ WRITE",
    "digitalTwinAcl": "READ WRITE",
    "documentFeedbackAcl": "CREATE READ DELETE",
    "documentPipelinesAcl": "READ WRITE",
    "entitymatchingAcl": "READ WRITE",
    "eventsAcl": "READ WRITE",
    "extractionConfigsAcl": "READ WRITE",
    "extractionPipelinesAcl": "READ WRITE",
    "extractionRunsAcl": "READ WRITE",
    "filePipelinesAcl": "READ WRITE",
    "filesAcl": "READ WRITE",
    "functionsAcl": "READ WRITE RUN",
    "geospatialAcl": "READ WRITE",
    "geospatialCrsAcl": "READ WRITE",
    "groupsAcl": "CREATE DELETE READ LIST UPDATE",
    "hostedExtractorsAcl": "READ WRITE",
    "integrationConfigsAcl": "READ WRITE",
    "integrationsAcl": "READ WRITE USE",
    "labelsAcl": "READ WRITE",
    "locationFiltersAcl": "READ WRITE",
    "monitoringTasksAcl": "READ WRITE",
    "notificationsAcl": "READ WRITE",
    "pipelinesAcl": "READ WRITE",
    "postgresGatewayAcl": "READ WRITE",
    "projectsAcl": "READ CREATE LIST UPDATE DELETE",
    "rawAcl": "READ WRITE LIST",
    "relationshipsAcl": "READ WRITE",
    "roboticsAcl": "READ CREATE UPDATE DELETE",
    "sapWritebackAcl": "READ WRITE",
    "sapWritebackRequestsAcl": "WRITE LIST",
    "scheduledCalculationsAcl": "READ WRITE",
    "securityCategoriesAcl": "MEMBEROF LIST CREATE UPDATE DELETE",
    "seismicAcl": "READ WRITE",
    "sequencesAcl": "READ WRITE",
    "sessionsAcl": "LIST CREATE DELETE",
    "simulatorsAcl": "READ WRITE DELETE RUN MANAGE",
    "slaAcl": "READ",
    "streamRecordsAcl": "READ WRITE",
    "streamsAcl": "READ CREATE DELETE",
    "subscribeSignalsAcl": "READ WRITE",
    "templateInstancesAcl": "READ WRITE",
    "threedAcl": "READ CREATE UPDATE DELETE",
    "timeSeriesAcl": "READ WRITE",
    "timeSeriesSubscriptionsAcl": "READ WRITE",
    "transformationsAcl": "READ WRITE",
    "transformationsExternalDataSourcesAcl": "READ WRITE USE",
    "typesAcl": "READ WRITE",
    "userProfilesAcl": "READ",
    "visionModelAcl": "READ WRITE",
    "wellsAcl": "READ WRITE",
    "workflowOrchestrationAcl": "READ WRITE",
}


def capabilities(only: Iterable[str] = ()) -> tuple[dict[str, object], ...]:
    """A capability for everything, such as ``{"assetsAcl": {"actions": ["READ", "WRITE"], "scope": {"all": {}}}}``.

    Args:
        only: The actions to grant; all when empty.
    """
    wanted = {*only}
    granted = {acl: [one for one in actions.split() if not wanted or one in wanted] for acl, actions in ACTIONS.items()}
    return tuple({acl: {"actions": actions, "scope": {"all": {}}}} for acl, actions in granted.items() if actions)
