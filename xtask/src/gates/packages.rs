//! The packages of the workspace, as far as packaging them goes.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

use crate::tools::{cargo, checked};

/// One package.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) name: String,
    version: String,
    /// Whether others may depend on it.
    pub(super) published: bool,
}

/// All packages of a workspace.
pub(super) fn all(root: &Path) -> anyhow::Result<Vec<Package>> {
    let output = cargo(root)
        .args(["metadata", "--format-version", "1", "--no-deps", "--locked"])
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages = packages.context("`cargo metadata` names no packages")?;
    Ok(packages.iter().filter_map(package).collect())
}

fn package(metadata: &Value) -> Option<Package> {
    let text = |member: &str| metadata.get(member)?.as_str().map(str::to_owned);
    let registries = metadata.get("publish").and_then(Value::as_array);
    Some(Package {
        name: text("name")?,
        version: text("version")?,
        published: !registries.is_some_and(Vec::is_empty),
    })
}

/// Makes cargo forget what it has unpacked and built of them. It verifies packages against a registry of its own in the
/// target folder, and takes a version that it has seen there for good: an earlier run's crates would stand for this one's.
pub(super) fn forget(root: &Path, packages: &[Package]) -> anyhow::Result<()> {
    let published = || packages.iter().filter(|package| package.published);
    let mut clean = cargo(root);
    clean.args(["clean", "--quiet", "--locked", "--offline"]);
    for package in published() {
        clean.args(["-p", &package.name]);
    }
    checked(&mut clean)?;
    if let Some(home) = home() {
        for folder in unpacked(&home, published()) {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot remove {}", folder.display()))?;
        }
    }
    Ok(())
}

/// Where cargo keeps what it has fetched.
fn home() -> Option<PathBuf> {
    let set = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty());
    set.map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

/// What was unpacked of them from registries that are folders: those have no host in their name.
fn unpacked<'a>(home: &Path, packages: impl Iterator<Item = &'a Package> + Clone) -> Vec<PathBuf> {
    let registries = fs::read_dir(home.join("registry/src"));
    let registries = registries.into_iter().flatten().flatten();
    registries
        .filter(|registry| is_folder(&registry.file_name()))
        .flat_map(|registry| {
            let folder = |package: &Package| {
                let name = format!("{}-{}", package.name, package.version);
                registry.path().join(name)
            };
            packages.clone().map(folder).collect::<Vec<_>>()
        })
        .filter(|folder| folder.is_dir())
        .collect()
}

fn is_folder(registry: &OsStr) -> bool {
    registry.as_encoded_bytes().starts_with(b"-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::root;

    #[test]
    fn what_is_not_published_is_not_packaged() {
        let packages = all(&root()).unwrap();
        let published = |name| {
            let mut named = packages.iter().filter(|package| package.name == name);
            named.next().unwrap().published
        };
        assert!(!published("xtask"));
        assert!(published("retm-types"));
    }

    #[test]
    fn what_an_earlier_run_has_unpacked_is_found_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let source = home.path().join("registry/src");
        for folder in [
            "-14cd1cce/retm-types-0.1.0",
            "-14cd1cce/retm-types-0.2.0",
            "-14cd1cce/serde-1.0.0",
            "-a42e93dc/retm-types-0.1.0",
            "index.example-1949cf8c/retm-types-0.1.0",
        ] {
            fs::create_dir_all(source.join(folder)).unwrap();
        }
        let package = Package {
            name: "retm-types".to_owned(),
            version: "0.1.0".to_owned(),
            published: true,
        };
        let mut found = unpacked(home.path(), [&package].into_iter());
        found.sort();
        let expected = ["-14cd1cce", "-a42e93dc"];
        assert_eq!(
            found,
            expected.map(|registry| source.join(registry).join("retm-types-0.1.0"))
        );
        assert!(unpacked(&source, [&package].into_iter()).is_empty());
    }
}
