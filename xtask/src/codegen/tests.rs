//! What the generator makes of a small spec, and of the project's own.

use std::path::PathBuf;

use super::*;

fn small() -> Spec {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    Spec::read(&here.join("fixtures/codegen/small.yaml")).unwrap()
}

fn text(outputs: &Outputs, path: &str) -> String {
    let (_, bytes) = outputs
        .files()
        .find(|(file, _)| file.ends_with(path))
        .unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn code_of_a_small_spec() {
    let outputs = generate(&small(), &root()).unwrap();
    for path in [
        "retm-types/src/generated/mod.rs",
        "retm-types/src/generated/schemas.rs",
        "retm-client/src/generated/mod.rs",
        "retm-client/src/generated/operations.rs",
        "retm-httpmock/src/generated/mod.rs",
        "retm-cli/src/generated/spec.rs",
    ] {
        let name = path.trim_end_matches(".rs").replace('/', "-");
        insta::assert_snapshot!(name, text(&outputs, path));
    }
}

#[test]
fn two_runs_give_the_same_bytes() {
    let spec = Spec::load().unwrap();
    let (first, second) = (
        generate(&spec, &root()).unwrap(),
        generate(&spec, &root()).unwrap(),
    );
    assert!(first.files().eq(second.files()));
    assert!(first.len() > 5);
}

#[test]
fn the_committed_files_are_what_the_spec_generates() {
    let differences = generate(&Spec::load().unwrap(), &root())
        .unwrap()
        .check()
        .unwrap();
    let list: Vec<String> = differences.iter().map(ToString::to_string).collect();
    assert!(
        list.is_empty(),
        "run `cargo xtask codegen`:\n{}",
        list.join("\n")
    );
}

#[test]
fn a_touched_missing_or_stray_file_and_a_changed_spec_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let outputs = generate(&small(), dir.path()).unwrap();
    outputs.write().unwrap();
    assert!(outputs.check().unwrap().is_empty());

    let types = dir.path().join("crates/retm-types/src/generated");
    std::fs::write(types.join("mod.rs"), "// touched\n").unwrap();
    std::fs::remove_file(types.join("schemas.rs")).unwrap();
    std::fs::write(types.join("stray.rs"), "").unwrap();
    assert_eq!(outputs.check().unwrap().len(), 3);

    outputs.write().unwrap();
    assert!(outputs.check().unwrap().is_empty());
    let mut changed = small();
    *changed.doc.pointer_mut("/info/version").unwrap() = "9.9.9".into();
    assert!(
        !generate(&changed, dir.path())
            .unwrap()
            .check()
            .unwrap()
            .is_empty()
    );
}
