import java.nio.file.Path;
import java.util.Arrays;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One real OpenSearch node on loopback, in a process of its own, so that it can be killed.
 *
 * Arguments: its name, its HTTP port, its transport port, the folder for its data, the
 * names and transport addresses of all nodes of its cluster, each between commas, and
 * more settings, each as name=value. The property `plugin` names the class of a plugin.
 */
public final class OpenSearchNode {
    public static void main(String[] args) throws Exception {
        String name = args[0];
        String http = args[1];
        String transport = args[2];
        Path folder = Path.of(args[3]);
        String[] names = args[4].split(",");
        String[] addresses = args[5].split(",");
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.onBuild((number, settings) -> {
            settings.put("node.name", name);
            settings.put("network.host", "127.0.0.1");
            // The runner of version 3 takes a node alone for a cluster of one.
            settings.put("discovery.type", "zen");
            settings.put("http.port", http);
            settings.put("transport.port", transport);
            settings.putList("discovery.seed_hosts", addresses);
            settings.putList("cluster.initial_cluster_manager_nodes", names);
            // Other work may fill the disk; these tests write little.
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
            for (String setting : Arrays.asList(args).subList(6, args.length)) {
                String[] pair = setting.split("=", 2);
                settings.put(pair[0], pair[1]);
            }
        });
        runner.build(OpenSearchRunner.newConfigs()
            .basePath(folder.toString())
            .clusterName("communique-tests")
            .numOfNode(1)
            .pluginTypes(System.getProperty("plugin", ""))
            .useLogger());
        // Its parent holds its standard input, and no node outlives that.
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }
}
