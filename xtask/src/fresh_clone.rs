//! `cargo xtask fresh-clone`: what a person does who has just cloned the repository.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, bail};

use crate::spec::root;
use crate::{process, tools};

/// What the README has to offer, in this order.
const COMMANDS: [&str; 2] = ["cargo run -p retm-cli -- demo", "cargo xtask test"];

/// Clones HEAD into a temporary folder and runs the README's commands there.
///
/// The folder goes away in any case: when a command fails, and when interrupted.
///
/// # Errors
///
/// Where git or the README does not play along, or when interrupted.
pub fn run() -> anyhow::Result<bool> {
    let folder = tempfile::tempdir()?;
    let passed = clone_and_run(&root(), folder.path());
    folder.close().context("cannot remove the clone")?;
    passed
}

fn clone_and_run(from: &Path, folder: &Path) -> anyhow::Result<bool> {
    let clone = folder.join("clone");
    tools::checked(
        Command::new("git")
            .args(["clone", "--quiet", "--no-hardlinks", "--"])
            .args([from, &clone]),
    )?;
    let head = tools::first_line("git", ["-C", text(&clone)?, "rev-parse", "--short", "HEAD"])?;
    println!("cloned {}", head.unwrap_or_default());

    let readme =
        std::fs::read_to_string(clone.join("README.md")).context("the clone has no README.md")?;
    let commands = commands(&readme)?;
    let mut passed = true;
    for line in commands {
        println!("\n$ {line}");
        let start = Instant::now();
        let mut words = line.split_whitespace().skip(1);
        let mut command = tools::cargo(&clone);
        command.args(&mut words).env_remove("CARGO_TARGET_DIR");
        let status = process::run(&mut command)?;
        println!("{line}: {status}, {:.1} s", start.elapsed().as_secs_f64());
        passed &= status.success();
    }
    Ok(passed)
}

fn text(path: &Path) -> anyhow::Result<&str> {
    path.to_str()
        .context("the temporary folder has no readable name")
}

/// The cargo commands of the README's first fenced shell block: exactly the two that we promise.
fn commands(readme: &str) -> anyhow::Result<Vec<&str>> {
    let block = readme
        .split("```")
        .skip(1)
        .step_by(2)
        .find_map(|block| {
            ["sh\n", "bash\n", "console\n", "shell\n"]
                .iter()
                .find_map(|tag| block.strip_prefix(tag))
        })
        .context("README.md has no shell block")?;
    let found: Vec<&str> = block
        .lines()
        .map(|line| {
            let line = line.trim().trim_start_matches("$ ");
            line.split(" #").next().unwrap_or(line).trim()
        })
        .filter(|line| line.starts_with("cargo "))
        .collect();
    if found != COMMANDS {
        bail!(
            "README.md's first shell block says `{}`, not `{}`",
            found.join("`, `"),
            COMMANDS.join("`, `")
        );
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_of_the_first_shell_block() {
        let readme = "# It\n\n```rust\nlet a = 1;\n```\n\n```sh\ncargo run -p retm-cli -- demo   # shows it\ncargo xtask test\n```\n\n```sh\ncargo other\n```\n";
        assert_eq!(commands(readme).unwrap(), COMMANDS);
    }

    #[test]
    fn a_readme_that_says_something_else_is_refused() {
        let error = commands("```sh\ncargo test\n```\n").unwrap_err();
        assert!(error.to_string().contains("says `cargo test`"), "{error}");
        assert!(commands("nothing").is_err());
    }
}
