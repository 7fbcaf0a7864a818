//! A small good spec, and patches that break it.

use std::path::{Path, PathBuf};

use serde_json::Value;
use xtask::lint::Finding;
use xtask::spec::Spec;

/// Where the fixtures are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lint")
}

/// The spec that breaks no rule.
pub(crate) fn base() -> Spec {
    Spec::read(&folder().join("base.yaml")).unwrap()
}

/// The base with a rule's fixture applied.
pub(crate) fn broken(rule: &str) -> Spec {
    let patch = Spec::read(&folder().join(format!("{rule}.yaml"))).unwrap();
    let mut spec = base();
    merge(&mut spec.doc, patch.doc);
    spec
}

/// Applies a merge patch (RFC 7396).
pub(crate) fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let target = target.as_object_mut().unwrap();
    for (key, value) in patch {
        if value.is_null() {
            target.shift_remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), value);
        }
    }
}

/// The findings as they are printed.
pub(crate) fn told(findings: &[Finding]) -> String {
    findings.iter().map(|one| format!("{one}\n")).collect()
}
