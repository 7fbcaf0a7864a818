//! `retm payload check`

use super::Context;
use super::read::name_of;
use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::payload::{CheckError, check as check_payload};

pub(crate) async fn check(cx: &mut Context, args: CheckArgs) -> Result<(), Failure> {
    let (Some(schema), Some(file)) = (args.schema, args.file) else {
        return list(cx);
    };
    let payload = cx.read(&file).await?;
    let report = check_payload(&schema, &payload).map_err(|error| match error {
        CheckError::Payload { reason } => Failure::usage(format!(
            "{} does not decode as {schema}: {reason}",
            name_of(&file)
        )),
        other => Failure::usage(other.to_string()),
    })?;
    writeln!(cx.out, "{report}")?;
    if report.is_lossless() {
        Ok(())
    } else {
        Err(Failure::Said(Exit::Failed))
    }
}

fn list(cx: &mut Context) -> Result<(), Failure> {
    for schema in retm_types::SCHEMAS {
        writeln!(cx.out, "{:<24}{}", schema.name, schema.provenance)?;
    }
    Ok(())
}
