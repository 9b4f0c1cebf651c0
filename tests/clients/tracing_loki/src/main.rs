//! client URL MESSAGES: logs each message inside a span.
use std::error::Error;

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let messages: Vec<String> = serde_json::from_str(&std::fs::read_to_string(&arguments[2])?)?;
    let (layer, controller, task) = tracing_loki::builder()
        .label("service", "rust")?
        .extra_field("pid", "17")?
        .build_controller_url(url::Url::parse(&arguments[1])?)?;
    tracing_subscriber::registry().with(layer).init();
    let task = tokio::spawn(task);
    let span = tracing::info_span!("checkout", order = "order-99");
    for (number, message) in messages.iter().enumerate() {
        let _inside = span.enter();
        if number % 2 == 0 {
            tracing::info!(number, "{message}");
        } else {
            tracing::warn!(number, "{message}");
        }
    }
    controller.shutdown().await;
    task.await?;
    Ok(())
}
