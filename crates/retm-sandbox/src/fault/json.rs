//! Faults as JSON, for the control endpoint.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Fault, duration, text};
use crate::error::FaultError;

const MEMBERS: &str = "kind, duration, as_date, on, business, share, times";

impl Fault {
    /// As [`read_json`](Self::read_json) takes it.
    pub(crate) fn to_json(&self) -> Value {
        let mut members = Map::new();
        members.insert("kind".to_owned(), json!(self.kind.name()));
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        };
        let duration = self.kind.duration().map(duration::written);
        add("duration", duration.map(Value::from));
        add(
            "as_date",
            self.kind.is_as_date().then_some(Value::Bool(true)),
        );
        add("on", self.operation.as_deref().map(Value::from));
        add("business", self.business.as_deref().map(Value::from));
        add("share", (self.share < 1.0).then(|| json!(self.share)));
        add("times", self.times.map(Value::from));
        Value::Object(members)
    }

    /// One fault: an object, or the text of the command line.
    pub(crate) fn read_json(value: &Value) -> Result<Self, FaultError> {
        match value {
            Value::String(text) => text.parse(),
            Value::Object(members) => Self::read_members(members),
            _ => Err(FaultError::new(format!(
                "a fault is an object with the members {MEMBERS}, or its text, such as \
                 \"lose-response:on=create_order\""
            ))),
        }
    }

    fn read_members(members: &Map<String, Value>) -> Result<Self, FaultError> {
        let known = |name: &str| MEMBERS.split(", ").any(|known| known == name);
        if let Some(name) = members.keys().find(|name| !known(name)) {
            return Err(FaultError::new(format!(
                "a fault has no member `{name}`; there are {MEMBERS}"
            )));
        }
        // `null` is the same as left out.
        let member = |name: &str| members.get(name).filter(|value| !value.is_null());
        let wrong = |name: &str, what: &str| FaultError::new(format!("`{name}` must be {what}"));
        let kind = member("kind").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| wrong("kind", &format!("one of {}", text::KINDS)))?;
        let wait = member("duration").map(|value| {
            let wait = read_duration(value);
            wait.ok_or_else(|| wrong("duration", "text such as \"500ms\", or a number of seconds"))
        });
        let as_date = member("as_date").map(|value| {
            let value = value.as_bool();
            value.ok_or_else(|| wrong("as_date", "true or false"))
        });
        let as_date = as_date.transpose()?.unwrap_or_default();
        let mut fault = Self::new(text::kind(kind, wait.transpose()?, as_date)?);
        if let Some(value) = member("on") {
            let operation = value.as_str();
            fault = fault.on(operation.ok_or_else(|| wrong("on", "an operationId"))?);
        }
        if let Some(value) = member("business") {
            let business = value.as_str();
            fault = fault.business(business.ok_or_else(|| wrong("business", "a business id"))?);
        }
        if let Some(value) = member("share") {
            let share = value.as_f64().filter(|share| (0.0..=1.0).contains(share));
            fault = fault.share(share.ok_or_else(|| wrong("share", "a number from 0 to 1"))?);
        }
        if let Some(value) = member("times") {
            let times = value.as_u64();
            fault = fault.times(times.ok_or_else(|| wrong("times", "a whole number"))?);
        }
        Ok(fault)
    }
}

/// Text with a unit, or whole or broken seconds.
pub(crate) fn read_duration(value: &Value) -> Option<Duration> {
    match value {
        Value::String(text) => duration::read(text),
        value => Duration::try_from_secs_f64(value.as_f64()?).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_wrong() {
        let said = |value: Value| Fault::read_json(&value).unwrap_err().to_string();
        assert_eq!(
            said(json!({"kind": "reset", "at": "create_order"})),
            "a fault has no member `at`; there are kind, duration, as_date, on, business, share, times"
        );
        assert!(
            said(json!({"kind": "storm"}))
                .starts_with("there is no fault `storm`; there are lose-response, ")
        );
        assert!(said(json!({})).starts_with("`kind` must be one of lose-response, "));
        assert!(said(json!(5)).starts_with("a fault is an object"));
        assert_eq!(
            said(json!({"kind": "delay", "duration": -1})),
            "`duration` must be text such as \"500ms\", or a number of seconds"
        );
        assert_eq!(
            said(json!({"kind": "reset", "share": 1.5})),
            "`share` must be a number from 0 to 1"
        );
        assert_eq!(
            said(json!({"kind": "reset", "times": 0.5})),
            "`times` must be a whole number"
        );
    }
}
