//! Whom the server runs as, and where that one can keep it.

use std::path::Path;
use std::process::Command;

use anyhow::bail;
use tempfile::TempDir;

use crate::{process, tools};

/// Whom the server runs as where we are root, which it refuses to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct User {
    id: u32,
    group: u32,
}

impl User {
    /// `None` where we are not root: the server runs as we do.
    pub(super) fn find() -> anyhow::Result<Option<Self>> {
        if !tools::root()? {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            let id = tools::first_line("id", ["-u", name])?;
            let group = tools::first_line("id", ["-g", name])?;
            if let (Some(id), Some(group)) = (id, group) {
                return Ok(Some(Self {
                    id: id.parse()?,
                    group: group.parse()?,
                }));
            }
        }
        bail!("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
    }
}

/// A folder that the user can use, for which one of root's own is too private.
pub(super) fn folder(user: Option<User>) -> anyhow::Result<TempDir> {
    for parent in [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()] {
        let Ok(folder) = tempfile::Builder::new()
            .prefix("retm-postgres-")
            .tempdir_in(&parent)
        else {
            continue;
        };
        give(folder.path(), user)?;
        let mut look = Command::new("ls");
        look.arg(folder.path());
        become_user(&mut look, user);
        if process::capture(&mut look)?.0.success() {
            return Ok(folder);
        }
    }
    bail!("PostgreSQL's user can use neither TMPDIR nor /tmp nor /var/tmp");
}

#[cfg(unix)]
pub(super) fn become_user(command: &mut Command, user: Option<User>) {
    use std::os::unix::process::CommandExt as _;

    if let Some(user) = user {
        // It gives up root's other groups too.
        command.gid(user.group).uid(user.id);
    }
}

#[cfg(unix)]
pub(super) fn give(path: &Path, user: Option<User>) -> anyhow::Result<()> {
    if let Some(user) = user {
        std::os::unix::fs::chown(path, Some(user.id), Some(user.group))?;
    }
    Ok(())
}

#[cfg(not(unix))]
pub(super) fn become_user(_: &mut Command, _: Option<User>) {}

#[cfg(not(unix))]
pub(super) fn give(_: &Path, _: Option<User>) -> anyhow::Result<()> {
    Ok(())
}
