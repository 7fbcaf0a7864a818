//! Calls that change something.

use retm::types::WriteReply;
use retm::{Business, Request};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Context;
use super::read::name_of;
use super::show::show;
use crate::args::CreateArgs;
use crate::failure::Failure;
use crate::json::Json;
use crate::payload::{DifferenceKind, compare};
use crate::schema::{Member, Place};

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
    let Body { value, extra } = body(cx, schema, args).await?;
    let business = cx.business().await?;
    let request = request(business, value);
    let request = extra
        .into_iter()
        .fold(request, |request, (pointer, value)| {
            request.with_extra(pointer, value)
        });
    change(cx, request).await
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

/// A request body that was read from a file.
pub(crate) struct Body<B> {
    pub(crate) value: B,
    /// Members that the spec does not have, by their JSON pointers; none unless `--allow-extra` says that they are meant.
    pub(crate) extra: Vec<(String, Box<RawValue>)>,
}

/// The body in a file. What the types would not send is refused: a misspelt member must not be dropped in silence.
pub(crate) async fn body<B: DeserializeOwned + Serialize>(
    cx: &mut Context,
    schema: &str,
    args: &CreateArgs,
) -> Result<Body<B>, Failure> {
    let name = name_of(&args.file);
    let refuse = |why: &dyn std::fmt::Display| Failure::usage(format!("{name}: {why}"));
    let bytes = cx.read(&args.file).await?;
    let json = Json::parse(&bytes).map_err(|error| refuse(&error))?;
    let value: B = retm_types::decode(&bytes)
        .map_err(|error| refuse(&format!("does not decode as {schema}: {error}")))?;
    let sent = serde_json::to_vec(&value).map_err(|error| refuse(&error))?;
    let report = compare(schema, &bytes, &sent).map_err(|error| refuse(&error))?;
    let mut extra = Vec::new();
    for difference in &report.differences {
        let pointer = &difference.pointer;
        match difference.kind {
            DifferenceKind::Unknown if args.allow_extra => {
                let member = json.at(pointer).map(Json::compact).unwrap_or_default();
                let member = RawValue::from_string(member).map_err(|error| refuse(&error))?;
                extra.push((pointer.clone(), member));
            }
            DifferenceKind::Unknown => {
                let hint = match nearest(schema, pointer) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => "`--allow-extra` sends it all the same".to_owned(),
                };
                let why = format!("{pointer} is {}; {hint}", difference.detail);
                return Err(refuse(&why));
            }
            DifferenceKind::Lost => {
                let why = format!(
                    "{pointer} is {}, so it would not be sent",
                    difference.detail
                );
                return Err(refuse(&why));
            }
            _ => {}
        }
    }
    Ok(Body { value, extra })
}

/// The member of the spec whose name is most like that of an unknown one.
fn nearest(schema: &str, pointer: &str) -> Option<&'static str> {
    let (parent, unknown) = pointer.rsplit_once('/')?;
    let mut place = Place::of(schema)?;
    for step in parent.split('/').skip(1) {
        place = match step.parse::<usize>() {
            Ok(_) => place.element(),
            Err(_) => match place.member(step) {
                Member::Known(inside) => inside,
                _ => return None,
            },
        };
    }
    let likeness = |name: &&str| strsim::jaro_winkler(name, unknown);
    let (name, likeness) = place
        .member_names()
        .into_iter()
        .map(|name| (name, likeness(&name)))
        .max_by(|one, other| one.1.total_cmp(&other.1))?;
    (likeness > 0.85).then_some(name)
}
