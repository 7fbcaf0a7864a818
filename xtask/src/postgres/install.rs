//! Installs the system's PostgreSQL, without the server that Debian would start with it.

use std::fs;
use std::io;
use std::path::Path;

use crate::tools;

/// What Debian's packages read before they make a server of the system's.
const SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";

/// Its last word counts.
const NO_CLUSTER: &str = "create_main_cluster = false";

/// Installs PostgreSQL's server with apt; what went wrong where it could not.
///
/// # Errors
///
/// Only when interrupted.
pub(super) fn install() -> anyhow::Result<Result<(), String>> {
    if let Err(error) = want_no_cluster(Path::new(SETTINGS)) {
        return Ok(Err(format!("cannot write {SETTINGS}: {error}")));
    }
    tools::install(&["postgresql"])
}

/// Adds the line to the settings unless it decides there already; the rest stays.
fn want_no_cluster(settings: &Path) -> io::Result<()> {
    let mut text = match fs::read_to_string(settings) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read?,
    };
    if text.lines().filter_map(wants_cluster).next_back() == Some("false") {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(NO_CLUSTER);
    text.push('\n');
    if let Some(folder) = settings.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(settings, text)
}

/// What a line says of the main cluster: `name = value`, the value bare or in quotes.
fn wants_cluster(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("create_main_cluster")?;
    let value = rest.trim_start().trim_start_matches('=').trim();
    let value = value.split('#').next().unwrap_or_default();
    Some(value.trim().trim_matches('\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(before: Option<&str>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let settings = folder.path().join("postgresql-common/createcluster.conf");
        if let Some(before) = before {
            fs::create_dir_all(settings.parent().unwrap()).unwrap();
            fs::write(&settings, before).unwrap();
        }
        want_no_cluster(&settings).unwrap();
        fs::read_to_string(&settings).unwrap()
    }

    #[test]
    fn settings_that_are_missing_are_made() {
        assert_eq!(settled(None), "create_main_cluster = false\n");
    }

    #[test]
    fn settings_that_are_there_are_kept_and_added_to() {
        for before in [
            "#create_main_cluster = false\nssl = on\n",
            "create_main_cluster = true\n",
            "create_main_cluster = false\ncreate_main_cluster = 'true'\n",
            "log_line_prefix = '%m '",
        ] {
            let after = settled(Some(before));
            let added = after.strip_prefix(before).unwrap();
            assert_eq!(added.trim_start(), "create_main_cluster = false\n");
            assert_eq!(settled(Some(&after)), after);
        }
    }

    #[test]
    fn settings_that_say_it_already_stay_as_they_are() {
        for before in [
            "ssl = on\n  create_main_cluster=false # by hand\n",
            "create_main_cluster = true\ncreate_main_cluster 'false'",
        ] {
            assert_eq!(settled(Some(before)), before);
        }
    }
}
