//! Calls that change something.

use retm::types::WriteReply;
use retm::{Business, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Context;
use super::read::name_of;
use super::show::show;
use crate::args::CreateArgs;
use crate::failure::Failure;
use crate::json::Json;
use crate::payload::{DifferenceKind, compare};

/// Creates something from a file and writes the reply.
pub(crate) async fn create<B>(
    cx: &mut Context,
    schema: &str,
    args: &CreateArgs,
    request: impl FnOnce(Business, B) -> Request<B, WriteReply>,
) -> Result<(), Failure>
where
    B: DeserializeOwned + Serialize + Send + 'static,
{
    let body = body(cx, schema, args).await?;
    let business = cx.business().await?;
    change(cx, request(business, body)).await
}

/// Sends a call that changes something and writes the reply.
pub(crate) async fn change<A: Send + 'static>(
    cx: &mut Context,
    request: Request<A, WriteReply>,
) -> Result<(), Failure> {
    cx.writing = true;
    let shown = show(cx, request).await;
    cx.writing = false;
    shown
}

/// The body in a file. What the types would not send is refused: a misspelt member must not be dropped in silence.
pub(crate) async fn body<B: DeserializeOwned + Serialize>(
    cx: &mut Context,
    schema: &str,
    args: &CreateArgs,
) -> Result<B, Failure> {
    let name = name_of(&args.file);
    let refuse = |why: &dyn std::fmt::Display| Failure::usage(format!("{name}: {why}"));
    let bytes = cx.read(&args.file).await?;
    Json::parse(&bytes).map_err(|error| refuse(&error))?;
    let body: B = retm_types::decode(&bytes)
        .map_err(|error| refuse(&format!("does not decode as {schema}: {error}")))?;
    let sent = serde_json::to_vec(&body).map_err(|error| refuse(&error))?;
    let report = compare(schema, &bytes, &sent).map_err(|error| refuse(&error))?;
    let dropped = |kind| matches!(kind, DifferenceKind::Lost | DifferenceKind::Unknown);
    match report
        .differences
        .iter()
        .find(|difference| dropped(difference.kind))
    {
        Some(difference) => Err(refuse(&format!(
            "{} is {}, so it would not be sent",
            difference.pointer, difference.detail
        ))),
        None => Ok(body),
    }
}
