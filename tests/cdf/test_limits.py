from fn_emulator.cdf.limits import CLOUDS


def test_the_default_cloud_has_what_the_limits_table_says():
    gcp = CLOUDS["gcp"]
    assert (gcp.timeout_s, gcp.memory_mb, gcp.max_memory_mb, gcp.cpu, gcp.max_cpu) == (540, 1500, 5000, 1, 3)


def test_data_limits_are_decimal():
    assert {cloud: limits.data_bytes for cloud, limits in CLOUDS.items()} == {
        "gcp": 9_000_000,
        "azure": 36_000,
        "aws": 240_000,
    }


def test_only_gcp_documents_a_response_limit():
    assert [cloud for cloud, limits in CLOUDS.items() if limits.response_limit_documented] == ["gcp"]


def test_every_cloud_is_held_to_one_binary_megabyte():
    assert {limits.response_bytes for limits in CLOUDS.values()} == {1_048_576}


def test_memory_and_cpu_are_fixed_outside_gcp():
    for cloud in ("azure", "aws"):
        limits = CLOUDS[cloud]
        assert (limits.memory_mb, limits.cpu) == (limits.max_memory_mb, limits.max_cpu)


def test_runtimes_are_those_of_the_documentation():
    assert CLOUDS["aws"].runtimes == ("py310", "py311", "py312", "py313")
