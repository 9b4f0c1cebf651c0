import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.ThreadContext;

/** Log4j: what is put into the ThreadContext stands on every line. */
public class Shop {
  public static void main(String[] arguments) {
    var log = LogManager.getLogger("shop");
    ThreadContext.put("trace_id", System.getenv("TRACE_ID"));
    ThreadContext.put("order_id", "order-1");

    log.info("order accepted");
    log.warn("provider is slow");
    log.error("card declined", new IllegalStateException("insufficient_funds"));
    LogManager.shutdown();
  }
}
