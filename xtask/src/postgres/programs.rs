//! Which of the PostgreSQLs on this machine is used.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Where Debian keeps each version's programs.
pub(super) const DEBIAN: &str = "/usr/lib/postgresql";

/// What a folder must have to be of use.
const PROGRAMS: [&str; 2] = ["initdb", "postgres"];

/// The folder of `initdb` and `postgres`: of the PATH, else of the latest version in Debian's folder. One
/// that lacks a program is passed over.
pub(super) fn find(path: &OsStr, debian: &Path) -> Option<PathBuf> {
    let on_path = std::env::split_paths(path)
        .filter_map(|folder| folder.join("initdb").canonicalize().ok())
        .filter_map(|initdb| Some(initdb.parent()?.to_owned()))
        .find(|folder| complete(folder));
    on_path.or_else(|| {
        let versions = fs::read_dir(debian).ok()?;
        versions
            .filter_map(|entry| {
                let folder = entry.ok()?.path();
                let version: u32 = folder.file_name()?.to_str()?.parse().ok()?;
                Some((version, folder.join("bin")))
            })
            .filter(|(_, folder)| complete(folder))
            .max()
            .map(|(_, folder)| folder)
    })
}

fn complete(folder: &Path) -> bool {
    PROGRAMS
        .iter()
        .all(|program| folder.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// A folder with those files in it.
    fn with(files: &[&str]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        folder
    }

    fn on_path(folders: &[&Path], debian: &TempDir) -> Option<PathBuf> {
        find(&std::env::join_paths(folders).unwrap(), debian.path())
    }

    #[test]
    fn what_is_on_the_path_comes_before_debians() {
        let debian = with(&["15/bin/initdb", "15/bin/postgres"]);
        let (half, whole) = (with(&["initdb"]), with(&["initdb", "postgres"]));
        let found = on_path(&[half.path(), whole.path()], &debian);
        assert_eq!(found.unwrap(), whole.path().canonicalize().unwrap());
        let found = on_path(&[half.path()], &debian);
        assert_eq!(found.unwrap(), debian.path().join("15/bin"));
    }

    #[test]
    fn a_link_on_the_path_leads_to_the_folder_of_all_programs() {
        let whole = with(&["initdb", "postgres"]);
        let links = tempfile::tempdir().unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(whole.path().join("initdb"), links.path().join("initdb"))
            .unwrap();
        let found = on_path(&[links.path()], &with(&[]));
        assert_eq!(
            found,
            whole.path().canonicalize().ok().filter(|_| cfg!(unix))
        );
    }

    #[test]
    fn of_debians_versions_the_highest_that_is_complete_is_taken() {
        let debian = with(&[
            "9/bin/initdb",
            "9/bin/postgres",
            "15/bin/initdb",
            "15/bin/postgres",
            "16/bin/initdb",
            "17/bin/postgres",
            "18/lib/nothing",
            "newest/bin/initdb",
            "newest/bin/postgres",
        ]);
        let found = on_path(&[], &debian);
        assert_eq!(found.unwrap(), debian.path().join("15/bin"));
        assert_eq!(on_path(&[], &with(&["16/bin/initdb"])), None);
        assert_eq!(find(OsStr::new(""), Path::new("/no/such/folder")), None);
    }
}
