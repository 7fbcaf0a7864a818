//! `retm api`: a request to any path.

use futures::StreamExt;
use retm::{Method, RawRequest, Response};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Context;
use super::progress::Progress;
use super::read::name_of;
use super::show::encode;
use crate::args::{ApiArgs, Format};
use crate::failure::Failure;
use crate::json::Json;
use crate::output::ListPrinter;

/// Sends one request and writes the body of the answer.
pub(crate) async fn api(cx: &mut Context, args: ApiArgs) -> Result<(), Failure> {
    let request = request(cx, &args).await?;
    if args.paginate {
        return paginate(cx, request).await;
    }
    cx.writing = args.method != Method::GET;
    let answer = request.response().await;
    cx.writing = false;
    let answer = answer?;
    let kept = cx.keeper.keep(answer.raw_body());
    write(cx, &answer)?;
    kept
}

/// Writes the items of a list as they came.
async fn paginate(cx: &mut Context, request: RawRequest) -> Result<(), Failure> {
    let mut look = cx.look();
    if look.format != Format::Ndjson {
        look.format = Format::Json;
    }
    let mut printer = ListPrinter::of_columns(look, &[]);
    let progress = Progress::new(cx.stderr_is_terminal);
    let mut pages = request.list::<Box<RawValue>>().pages();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                progress.done();
                printer.break_off(&mut *cx.out)?;
                return Err(error.into());
            }
        };
        progress.page(&page);
        let items = page.items().iter();
        let items = items.map(|item| Ok(encode(item)?.masked()));
        let items: Vec<Json> = items.collect::<Result<_, Failure>>()?;
        progress.suspended(|| printer.page(&items, &mut *cx.out))?;
    }
    progress.done();
    printer.finish(&mut *cx.out)?;
    Ok(())
}

async fn request(cx: &mut Context, args: &ApiArgs) -> Result<RawRequest, Failure> {
    let has_body = matches!(args.method, Method::POST | Method::PUT | Method::PATCH);
    let body = match &args.input {
        Some(_) if !has_body => {
            let why = format!("--input: a {} request has no body", args.method);
            return Err(Failure::usage(why));
        }
        Some(file) => {
            let bytes = cx.read(file).await?;
            let name = name_of(file);
            Json::parse(&bytes).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
            Some(bytes)
        }
        None => None,
    };
    let business = cx.business().await?;
    let mut request = business.request(args.method.clone(), &args.path);
    let in_query = body.is_some() || !has_body;
    if let Some(body) = body {
        request = request.json_bytes(body);
    }
    if in_query {
        for (name, value) in &args.field {
            request = request.with_query(name, value);
        }
        return Ok(request);
    }
    let members = args.field.iter();
    let members: Map<String, Value> = members
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    Ok(request.json(&members))
}

/// Writes the body as it is laid out by `--output`; one that is not JSON as it came.
fn write(cx: &mut Context, answer: &Response<()>) -> Result<(), Failure> {
    let body = answer.raw_body();
    match Json::parse(body) {
        Ok(json) => {
            let json = json.masked();
            match cx.look().format {
                Format::Ndjson => json.write_compact(&mut *cx.out)?,
                Format::Json | Format::Table | Format::Csv => {
                    json.write_pretty(&mut *cx.out, 0)?;
                }
            }
            writeln!(cx.out)?;
        }
        Err(_) if body.trim_ascii().is_empty() => {
            let status = answer.status();
            cx.say(&format!(
                "the answer has no body (status {})",
                status.as_u16()
            ))?;
        }
        Err(_) => {
            cx.out.write_all(body)?;
            cx.say("the answer is not JSON; it is written as it came")?;
        }
    }
    Ok(())
}
