//! Calls with one answer.

use retm::Request;
use serde::de::DeserializeOwned;

use super::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::Json;
use crate::output::{Record, print_one};
use crate::payload::broken_elements;
use crate::schema::Place;

/// Sends a call and writes its answer.
pub(crate) async fn show<A, T>(cx: &mut Context, request: Request<A, T>) -> Result<(), Failure>
where
    A: Send + 'static,
    T: Record + DeserializeOwned + Send + 'static,
{
    let answer = request.response().await?;
    let kept = cx.keeper.keep(answer.raw_body());
    write(cx, &*answer)?;
    kept
}

fn write<T: Record>(cx: &mut Context, answer: &T) -> Result<(), Failure> {
    let place = Place::of(T::SCHEMA).unwrap_or_default();
    let json = encode(answer)?.masked();
    print_one(cx.look(), &place, &json, &mut *cx.out)?;
    let broken = broken_elements(&place, &json, String::new());
    for broken in &broken {
        cx.say(&broken_element(&broken.pointer, &broken.detail))?;
    }
    match broken.len() {
        0 => Ok(()),
        count => Err(broken_failure(count)),
    }
}

/// The value as it goes over the wire.
pub(crate) fn encode<T: serde::Serialize>(value: &T) -> Result<Json, Failure> {
    Json::of(value).map_err(|error| {
        Failure::Other(
            Exit::Failed,
            format!("the answer cannot be written: {error}"),
        )
    })
}

/// A line on an element that does not decode: where it is and why.
pub(crate) fn broken_element(pointer: &str, why: impl std::fmt::Display) -> String {
    format!("broken element {pointer}: {why}")
}

/// After the good elements: some were broken.
pub(crate) fn broken_failure(count: usize) -> Failure {
    let what = if count == 1 {
        "1 element does"
    } else {
        &format!("{count} elements do")
    };
    Failure::Other(
        Exit::Failed,
        format!("{what} not fit the spec; the others are written above"),
    )
}
