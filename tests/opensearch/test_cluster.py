"""The cluster is a real one, and can be broken and mended.

1. Three nodes are one green cluster of the pinned version, on this machine's own address only.
2. What searching needs is there: scripts in painless with parameters, `combined_fields`.
3. Two nodes go on answering, all documents included, when the elected one is killed; started again, it is one of them.
4. A node that hangs is given up by the others, which go on; when it goes on, it is taken back.
5. A cluster that can't start says why, in the words of the node's log, and leaves no process.
6. Nodes end when the process that wanted them is gone; ending them twice is fine, and nobody else's process is touched.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from opensearchpy import OpenSearch

from tests.opensearch.cluster import Cluster, ClusterError
from tests.opensearch.cluster.distribution import version
from tests.opensearch.cluster.node import Node, stop_nodes
from tests.opensearch.cluster.ports import free_ports, taken

ROOT = Path(__file__).parents[2]
INDEX = "of-the-cluster-tests"
SECONDS = 5  # until a client asks another node


@pytest.fixture
def client(cluster):
    """Return a client that knows all three nodes and asks another one where one doesn't answer."""
    with OpenSearch(cluster.urls, timeout=SECONDS, max_retries=3, retry_on_timeout=True) as client:
        yield client


@pytest.fixture
def index(cluster, client):
    """Return an index of three shards, each on two nodes, with thirty documents."""
    client.indices.create(
        index=INDEX,
        body={
            "settings": {"number_of_shards": 3, "number_of_replicas": 1},
            "mappings": {
                "properties": {
                    "name": {"type": "text"},
                    "step": {"type": "text"},
                    "weight": {"type": "float"},
                }
            },
        },
    )
    lines = [
        line
        for number in range(30)
        for line in ({"index": {}}, {"name": f"养犬 {number}", "step": "文明养犬 管理", "weight": number})
    ]
    client.bulk(body=lines, index=INDEX, refresh=True)
    cluster.wait_for("green", 3)
    yield INDEX
    cluster.heal()
    client.indices.delete(index=INDEX)


def total(client, index):
    """Return how many documents are found, which are all only where every shard answers."""
    found = client.search(index=index, body={"query": {"match": {"step": "养"}}, "track_total_hits": True})
    assert found["_shards"]["failed"] == 0
    return found["hits"]["total"]["value"]


def elected(client):
    """Return the number of the node that the others elected."""
    return int(client.cat.cluster_manager(format="json")[0]["node"].removeprefix("node-")) - 1


def test_three_nodes_are_one_cluster(cluster, client):
    assert client.cluster.health()["status"] == "green"
    assert client.info()["version"]["number"] == version()
    nodes = client.nodes.info(metric="http,transport,plugins")["nodes"].values()
    assert sorted(node["name"] for node in nodes) == ["node-1", "node-2", "node-3"]
    addresses = [
        address for node in nodes for kind in ("http", "transport") for address in node[kind]["bound_address"]
    ]
    assert {address.partition(":")[0] for address in addresses} == {"127.0.0.1"}
    assert len({node.pid for node in cluster.nodes}) == 3


def test_searches_with_scripts_and_over_several_fields(client, index):
    script = {"source": "_score * 0 + doc['weight'].value * params.times", "params": {"times": 10}}
    words = {"combined_fields": {"query": "7 文明", "fields": ["name^2", "step"], "operator": "and"}}
    found = client.search(index=index, body={"query": {"script_score": {"query": words, "script": script}}})
    assert [(hit["_source"]["name"], hit["_score"]) for hit in found["hits"]["hits"]] == [("养犬 7", 70.0)]


def test_goes_on_without_a_killed_node_and_takes_it_back(cluster, client, index):
    node = elected(client)
    cluster.kill(node)
    assert total(client, index) == 30
    cluster.wait_for("yellow", 2)
    assert total(client, index) == 30
    assert elected(client) != node
    client.index(index=index, body={"name": "噪声", "step": "养"}, refresh=True)
    cluster.restart(node)
    cluster.wait_for("green", 3)
    assert total(client, index) == 31


def test_goes_on_without_a_hanging_node_and_takes_it_back(cluster, client, index):
    node = (elected(client) + 1) % 3
    cluster.pause(node)
    cluster.wait_for("yellow", 2)
    assert total(client, index) == 30
    cluster.resume(node)
    cluster.wait_for("green", 3)
    with OpenSearch([cluster.urls[node]], timeout=SECONDS) as resumed:
        assert total(resumed, index) == 30


def test_says_why_it_does_not_start(cluster, tmp_path):
    broken = Cluster(cluster.home, tmp_path, nodes=1, heap="256m", settings={"no.such.setting": 1})
    with pytest.raises(ClusterError, match=r"not running(.|\n)*unknown setting \[no.such.setting\]"):
        broken.start()
    assert not broken.nodes[0].running
    assert taken(broken.ports) == []


def test_ports_in_use_are_named(cluster, tmp_path):
    with pytest.raises(ClusterError, match=f"Something else listens on {cluster.ports[0]}, "):
        Cluster(cluster.home, tmp_path, ports=cluster.ports).start()
    assert not set(free_ports(3)) & set(cluster.ports)


@pytest.fixture
def stand_in(tmp_path):
    """Return a node whose process isn't Java: quicker to start, and all the same to who ends it."""
    node = Node(tmp_path / "node-1")
    node.configure({"http.port": 1}, "")
    sleep = "import time; print('up', flush=True); time.sleep(300)"
    with subprocess.Popen([sys.executable, "-c", sleep, str(node.conf)], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        (node.folder / "pid").write_text(str(process.pid))
        yield node
        process.kill()


def test_nodes_end_with_the_process_that_wanted_them(stand_in):
    command = [sys.executable, "-m", "tests.opensearch.cluster.guard", str(stand_in.folder.parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT) as guard:
        time.sleep(0.5)
        assert stand_in.running
        guard.stdin.close()  # what the system does for a process that is killed
        assert guard.wait(30) == 0
    assert not stand_in.running


def test_ends_what_is_its_own_and_once_is_enough(stand_in):
    stranger = Node(stand_in.folder.parent / "node-2")
    stranger.configure({"http.port": 2}, "")
    (stranger.folder / "pid").write_text((stand_in.folder / "pid").read_text())  # an id that was given anew
    stop_nodes([stranger])
    assert stand_in.running
    command = [
        sys.executable,
        "-m",
        "tests.opensearch.cluster",
        "stop",
        "--folder",
        str(stand_in.folder.parent),
    ]
    for _ in range(2):
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0
        assert not stand_in.running
