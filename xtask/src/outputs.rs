//! A set of generated files: written where they changed, or compared with what is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use similar::TextDiff;

/// Lines of a diff that are shown; a person reads the first few, git has the rest.
const DIFF_LINES: usize = 40;

/// Generated files by their path below a root folder.
#[derive(Clone, Debug)]
pub struct Outputs {
    root: PathBuf,
    owned: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// What is wrong with a committed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It has other bytes than the generator's.
    Differs,
    /// It is not there.
    Missing,
    /// It lies in an owned folder and nothing generates it.
    Stray,
}

/// A committed file that is not what the generator makes.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The file, below the root folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub kind: Kind,
    diff: String,
}

impl Outputs {
    /// An empty set below `root`.
    pub fn new(root: PathBuf) -> Self {
        Self {
            root,
            owned: BTreeSet::new(),
            files: BTreeMap::new(),
        }
    }

    /// Makes a folder ours alone: a file in it that nothing generates is a stray one.
    pub fn own(&mut self, folder: &str) -> &mut Self {
        self.owned.insert(PathBuf::from(folder));
        self
    }

    /// Adds a file.
    pub fn file(&mut self, path: &str, bytes: impl Into<Vec<u8>>) -> &mut Self {
        self.files.insert(PathBuf::from(path), bytes.into());
        self
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files with their bytes, in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.files
            .iter()
            .map(|(path, bytes)| (path.as_path(), bytes.as_slice()))
    }

    /// Writes what differs and deletes stray files; says how many files changed.
    ///
    /// # Errors
    ///
    /// Where the file system refuses; the message names the file.
    pub fn write(&self) -> anyhow::Result<usize> {
        let mut changed = 0;
        for (path, bytes) in &self.files {
            let full = self.root.join(path);
            if read(&full)?.as_ref() == Some(bytes) {
                continue;
            }
            if let Some(folder) = full.parent() {
                fs::create_dir_all(folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
            }
            fs::write(&full, bytes).with_context(|| format!("cannot write {}", full.display()))?;
            changed += 1;
        }
        for path in self.strays()? {
            let full = self.root.join(path);
            fs::remove_file(&full).with_context(|| format!("cannot delete {}", full.display()))?;
            changed += 1;
        }
        Ok(changed)
    }

    /// Compares with what is on disk, in the order of the paths; empty where nothing differs.
    ///
    /// # Errors
    ///
    /// Where a file or folder cannot be read; the message names it.
    pub fn check(&self) -> anyhow::Result<Vec<Difference>> {
        let mut found = Vec::new();
        for (path, bytes) in &self.files {
            let (kind, diff) = match read(&self.root.join(path))? {
                Some(old) if old == *bytes => continue,
                Some(old) => (Kind::Differs, diff(&old, bytes)),
                None => (Kind::Missing, String::new()),
            };
            found.push(Difference {
                path: path.clone(),
                kind,
                diff,
            });
        }
        found.extend(self.strays()?.into_iter().map(|path| Difference {
            path,
            kind: Kind::Stray,
            diff: String::new(),
        }));
        found.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(found)
    }

    /// Files in owned folders that are no outputs.
    fn strays(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut found = BTreeSet::new();
        for folder in &self.owned {
            let mut pending = vec![folder.clone()];
            while let Some(folder) = pending.pop() {
                let full = self.root.join(&folder);
                let entries = match fs::read_dir(&full) {
                    Ok(entries) => entries,
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => {
                        return Err(error).context(format!("cannot list {}", full.display()));
                    }
                };
                for entry in entries {
                    let entry = entry?;
                    let path = folder.join(entry.file_name());
                    if entry.file_type()?.is_dir() {
                        pending.push(path);
                    } else if !self.files.contains_key(&path) {
                        found.insert(path);
                    }
                }
            }
        }
        Ok(found.into_iter().collect())
    }
}

fn read(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context(format!("cannot read {}", path.display())),
    }
}

fn diff(old: &[u8], new: &[u8]) -> String {
    let (Ok(old), Ok(new)) = (std::str::from_utf8(old), std::str::from_utf8(new)) else {
        return "    (not text)\n".to_owned();
    };
    let text = TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(2)
        .header("committed", "generated")
        .to_string();
    let total = text.lines().count();
    let mut shown: String = text
        .lines()
        .take(DIFF_LINES)
        .map(|line| format!("    {line}\n"))
        .collect();
    if total > DIFF_LINES {
        shown.push_str(&format!("    … and {} lines more\n", total - DIFF_LINES));
    }
    shown
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            Kind::Differs => "differs",
            Kind::Missing => "missing",
            Kind::Stray => "should not be there",
        };
        write!(f, "{}: {what}", self.path.display())?;
        if !self.diff.is_empty() {
            write!(f, "\n{}", self.diff.trim_end_matches('\n'))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(root: &Path) -> Outputs {
        let mut outputs = Outputs::new(root.to_path_buf());
        outputs.own("made");
        outputs.file("made/a.txt", "one\ntwo\n");
        outputs.file("made/deep/b.txt", "three\n");
        outputs
    }

    #[test]
    fn written_files_check_clean_and_a_second_write_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = sample(folder.path());
        assert_eq!(outputs.write().unwrap(), 2);
        assert!(outputs.check().unwrap().is_empty());
        assert_eq!(outputs.write().unwrap(), 0);
    }

    #[test]
    fn every_kind_of_difference_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let outputs = sample(folder.path());
        outputs.write().unwrap();
        fs::write(folder.path().join("made/a.txt"), "one\n2\n").unwrap();
        fs::remove_file(folder.path().join("made/deep/b.txt")).unwrap();
        fs::write(folder.path().join("made/deep/stray.txt"), "").unwrap();
        let told: Vec<String> = outputs
            .check()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "made/a.txt: differs\n    --- committed\n    +++ generated\n    @@ -1,2 +1,2 @@\n     one\n    -2\n    +two",
                "made/deep/b.txt: missing",
                "made/deep/stray.txt: should not be there",
            ]
        );
        assert_eq!(outputs.write().unwrap(), 3);
        assert!(outputs.check().unwrap().is_empty());
    }

    #[test]
    fn a_long_diff_is_cut() {
        let old: String = (0..200).map(|line| format!("{line}\n")).collect();
        let text = diff(old.as_bytes(), b"");
        assert_eq!(text.lines().count(), DIFF_LINES + 1);
        assert!(text.ends_with("lines more\n"), "{text}");
    }
}
