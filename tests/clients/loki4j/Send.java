import ch.qos.logback.classic.LoggerContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** java Send.java LINES: logs each message of a file in which a NUL ends a message. */
public class Send {
  public static void main(String[] arguments) throws Exception {
    Logger logger = LoggerFactory.getLogger("shop.Checkout");
    String[] messages = Files.readString(Path.of(arguments[0]), StandardCharsets.UTF_8).split("\0");
    for (int i = 0; i < messages.length; ++i) {
      MDC.put("tier", "t" + i % 3);
      MDC.put("order", "order-" + i + " \"quoted\"");
      logger.info("{}", messages[i]);
    }
    ((LoggerContext) LoggerFactory.getILoggerFactory()).stop();
  }
}
