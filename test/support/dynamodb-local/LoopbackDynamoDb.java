import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * DynamoDB Local in memory, on a free port of 127.0.0.1, for as long as standard input is open: its own
 * command listens on every interface, takes no port 0 and outlives whoever started it.
 */
final class LoopbackDynamoDb {
  public static void main(String[] arguments) throws Exception {
    // No tables to begin with, in memory, no file, one database for each access key, no delays.
    var requests = new LocalDynamoDBRequestHandler(0, true, null, false, false);
    var server = new Server(new InetSocketAddress("127.0.0.1", 0));
    // No headers for browsers of other sites.
    server.setHandler(new LocalDynamoDBServerHandler(requests, null));
    server.start();
    System.out.println(((ServerConnector) server.getConnectors()[0]).getLocalPort());
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(0);
  }
}
