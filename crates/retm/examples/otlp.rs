//! Sends the spans of a client to an OpenTelemetry collector, by HTTP and protobuf.
//!
//! ```console
//! $ export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318
//! $ export RETM_CLIENT_ID=… RETM_CLIENT_SECRET=…
//! $ cargo run --example otlp -- acme [BASE_URL]
//! ```

use std::error::Error;

use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use retm::Retm;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

fn main() -> Result<(), Box<dyn Error>> {
    // The exporter reads `OTEL_EXPORTER_OTLP_ENDPOINT` and the like.
    let exporter = SpanExporter::builder().with_http().build()?;
    let provider = SdkTracerProvider::builder()
        .with_resource(
            Resource::builder()
                .with_service_name("retm-example")
                .build(),
        )
        .with_batch_exporter(exporter)
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("retm-example"));
    // The exporter sends by HTTP, too: only the client's own spans go out.
    let ours = Targets::new().with_target("retm", LevelFilter::INFO);
    tracing_subscriber::registry().with(layer).with(ours).init();

    let listed = tokio::runtime::Runtime::new()?.block_on(list());
    // What has not been sent goes out before the program ends.
    provider.shutdown()?;
    listed
}

async fn list() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let business = arguments.next().ok_or("which business?")?;
    let mut retm = Retm::builder().credentials_from_env()?;
    if let Some(base_url) = arguments.next() {
        retm = retm.base_url(base_url);
    }
    let business = retm.build()?.business(&business)?;
    let products = business.products().list().await?;
    // A product that is not there: its span says so.
    let missing = business.products().get_opt("no-such-product").await?;
    let mut out = std::io::stdout();
    std::io::Write::write_fmt(
        &mut out,
        format_args!("{} products, {missing:?}\n", products.len()),
    )?;
    Ok(())
}
